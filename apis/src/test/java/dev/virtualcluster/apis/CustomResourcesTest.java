// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

/** The classes read and write what an API server sends, the way the client does it. */
class CustomResourcesTest {
    private final KubernetesSerialization serialization = new KubernetesSerialization();

    @Test
    void fieldsThatAreLeftOutHaveTheDefaultsOfTheCrd() {
        VirtualCluster vc = serialization.unmarshal("""
                apiVersion: tenancy.x-k8s.io/v1alpha1
                kind: VirtualCluster
                metadata: {name: t1}
                spec: {}
                """, VirtualCluster.class);

        VirtualClusterSpec spec = vc.getSpec();
        assertThat(spec.getClusterVersionName()).isEqualTo("default");
        assertThat(spec.getClusterDomain()).isEqualTo("cluster.local");
        assertThat(spec.getWeight()).isEqualTo(1);
        assertThat(spec.getPodSecurity()).isEqualTo(PodSecurityLevel.BASELINE);
        assertThat(spec.getTransparentMetaPrefixes()).isEmpty();
        assertThat(spec.getPkiExpireDays()).isNull();
    }

    @Test
    void everyFieldSurvivesARoundTrip() {
        String json = """
                {"apiVersion":"tenancy.x-k8s.io/v1alpha1","kind":"VirtualCluster","metadata":{"name":"t1","namespace":"ns"},\
                "spec":{"clusterVersionName":"cv","clusterDomain":"corp.example","pkiExpireDays":365,\
                "transparentMetaPrefixes":["a"],"opaqueMetaPrefixes":["b"],"serviceCidr":"10.97.4.0/24","weight":3,\
                "podSecurity":"restricted"},"status":{"phase":"Running","clusterNamespace":"ns-1","message":"m","reason":"R",\
                "conditions":[{"type":"Ready","status":"True","reason":"R","message":"m",\
                "lastTransitionTime":"2026-11-01T00:00:00Z","observedGeneration":2}],"observedGeneration":2,\
                "serviceCidr":"10.97.4.0/24","kubernetesVersion":"v1.36.3","apiServerEndpoint":"https://10.97.4.1:443"}}""";

        VirtualCluster vc = serialization.unmarshal(json, VirtualCluster.class);

        assertThat(serialization.asJson(vc)).isEqualTo(json);
        assertThat(vc.getStatus().condition(ConditionTypes.READY))
                .extracting(Condition::getStatus)
                .isEqualTo(Condition.TRUE);
        assertThat(vc.getStatus().condition(ConditionTypes.ETCD_READY)).isNull();
    }

    @Test
    void templatesKeepFieldsThatTheModelDoesNotKnow() {
        String yaml = """
                apiVersion: tenancy.x-k8s.io/v1alpha1
                kind: ClusterVersion
                metadata: {name: cv}
                spec:
                  etcd:
                    metadata: {name: etcd}
                    statefulset: {apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 3, fromTheFuture: {x: 1}}}
                """;

        ClusterVersion version = serialization.unmarshal(yaml, ClusterVersion.class);

        assertThat(serialization.asJson(version)).contains("\"fromTheFuture\":{\"x\":1}");
    }

    @Test
    void namesAreThoseOfTheGoImplementation() {
        assertThat(CustomResource.getCRDName(VirtualCluster.class)).isEqualTo("virtualclusters.tenancy.x-k8s.io");
        assertThat(CustomResource.getCRDName(ClusterVersion.class)).isEqualTo("clusterversions.tenancy.x-k8s.io");
    }
}
