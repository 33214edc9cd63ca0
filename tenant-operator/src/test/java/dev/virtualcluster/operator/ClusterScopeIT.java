// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.agents.Requests;
import dev.virtualcluster.operator.pki.Pem;
import dev.virtualcluster.operator.versions.ClusterVersionReconciler;
import dev.virtualcluster.operator.versions.RawClusterVersion;
import dev.virtualcluster.runtime.testing.ApiServerOptions;
import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddress;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddressBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the operator does beside single tenants: ClusterVersions in use, agents' certificates, orphans. */
class ClusterScopeIT {
    @RegisterExtension
    static final ApiServers SUPER = ApiServers.of(1, ApiServerOptions.defaults().withControllerManager());

    @RegisterExtension
    static final ApiServers TENANT =
            ApiServers.of(1, ApiServerOptions.defaults().withServiceCidr("10.97.0.0/16"));

    static OperatorHarness harness;

    @BeforeAll
    static void start() throws InterruptedException {
        harness = new OperatorHarness(SUPER.get(), TENANT.get());
        harness.clusterVersion("minimal");
        harness.start("10.97.64.0/24", 28);
    }

    @AfterAll
    static void stop() {
        harness.close();
    }

    @Test
    void keepsAClusterVersionAsLongAsSomebodyUsesIt() {
        harness.clusterVersion("minimal", "in-use", version -> {});
        var vc = harness.create("scope", "user", "in-use", each -> {});
        harness.awaitReady(vc);
        var version = harness.client().resources(RawClusterVersion.class).withName("in-use");

        version.delete();

        await().atMost(OperatorHarness.PATIENCE)
                .untilAsserted(() -> assertThat(harness.client()
                                .v1()
                                .events()
                                .inNamespace("default")
                                .list()
                                .getItems())
                        .filteredOn(event -> "InUse".equals(event.getReason()))
                        .extracting(Event::getMessage)
                        .anyMatch(message -> message.endsWith("it is used by scope/user")));
        assertThat(version.get().getMetadata().getFinalizers())
                .containsExactly(ClusterVersionReconciler.IN_USE_FINALIZER);
        assertThat(harness.get(vc).getStatus().getPhase()).isEqualTo("Running");
        harness.delete(vc);
        await().atMost(OperatorHarness.PATIENCE)
                .untilAsserted(() -> assertThat(version.get()).isNull());
    }

    @Test
    void signsTheCertificateOfANodesOwnAgentAndNoOther() {
        harness.client()
                .resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName("node-a")
                        .endMetadata()
                        .withNewStatus()
                        .addNewAddress("172.30.0.77", "InternalIP")
                        .endStatus()
                        .build())
                .create();
        var good = ask("agent-good", "node-a", "172.30.0.77");
        var bad = ask("agent-bad", "node-a", "172.30.0.78");

        await().atMost(OperatorHarness.PATIENCE).untilAsserted(() -> {
            var signed = harness.client().resource(good).get().getStatus();
            assertThat(signed.getCertificate()).isNotBlank();
            var denied = harness.client().resource(bad).get().getStatus();
            assertThat(denied.getConditions())
                    .extracting(CertificateSigningRequestCondition::getType)
                    .containsExactly("Denied");
        });
        var authority = harness.client()
                .secrets()
                .inNamespace(OperatorHarness.SYSTEM_NAMESPACE)
                .withName(Keys.AGENT_SERVING_CA_SECRET)
                .get();
        var certificate = Pem.certificate(
                decoded(harness.client().resource(good).get().getStatus().getCertificate()));
        assertThat(certificate.getIssuerX500Principal())
                .isEqualTo(Pem.certificate(decoded(authority.getData().get(Keys.TLS_CERT)))
                        .getSubjectX500Principal());
        harness.client().resource(good).delete();
        harness.client().resource(bad).delete();
        harness.client().nodes().withName("node-a").delete();
    }

    /** A finalizer taken away by hand, or a last write of a process that had lost its leadership. */
    @Test
    void collectsWhatNoVirtualClusterOwnsAnyMore() throws InterruptedException {
        Map<String, String> labels = Map.of(Keys.CONTROLLED, "true", Keys.CLUSTER, "gone-key");
        Map<String, String> annotations = Map.of(Keys.VC_UID, "uid-of-nobody");
        harness.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("gone-key")
                        .withLabels(labels)
                        .withAnnotations(annotations)
                        .endMetadata()
                        .build())
                .create();
        harness.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("labelled-by-somebody")
                        .withLabels(labels)
                        .endMetadata()
                        .build())
                .create();
        reserve("10.97.70.1", labels, annotations);
        // Its annotation was taken away; its parent is still named.
        reserve("10.97.70.2", labels, Map.of());

        harness.start("10.97.64.0/24", 28);
        await().atMost(OperatorHarness.PATIENCE)
                .untilAsserted(() -> assertThat(harness.client()
                                .namespaces()
                                .withName("gone-key")
                                .get())
                        .isNull());
        // Addresses go only in a look that finds no namespace any more.
        harness.start("10.97.64.0/24", 28);
        await().atMost(OperatorHarness.PATIENCE)
                .untilAsserted(() -> assertThat(List.of("10.97.70.1", "10.97.70.2"))
                        .allSatisfy(address -> assertThat(harness.client()
                                        .resources(IPAddress.class)
                                        .withName(address)
                                        .get())
                                .isNull()));
        assertThat(harness.client()
                        .namespaces()
                        .withName("labelled-by-somebody")
                        .get()
                        .getMetadata()
                        .getDeletionTimestamp())
                .as("says of no VirtualCluster that it was made for it")
                .isNull();
        harness.client().namespaces().withName("labelled-by-somebody").delete();
    }

    private static void reserve(String address, Map<String, String> labels, Map<String, String> annotations) {
        harness.client()
                .resource(new IPAddressBuilder()
                        .withNewMetadata()
                        .withName(address)
                        .withLabels(labels)
                        .withAnnotations(annotations)
                        .endMetadata()
                        .withNewSpec()
                        .withNewParentRef()
                        .withGroup(Keys.GROUP)
                        .withResource("virtualclusters")
                        .withNamespace("gone")
                        .withName("gone")
                        .endParentRef()
                        .endSpec()
                        .build())
                .create();
    }

    /** As the API server shows an agent whose token is bound to a pod of that node. */
    private static CertificateSigningRequest ask(String name, String node, String address) {
        var config = new ConfigBuilder(SUPER.get().config())
                .withImpersonateUsername("system:serviceaccount:" + OperatorHarness.SYSTEM_NAMESPACE + ":vn-agent")
                .withImpersonateGroups("system:masters", "system:authenticated")
                .withImpersonateExtras(Map.of("authentication.kubernetes.io%2fnode-name", List.of(node)))
                .build();
        try (var connection = harness.platform().connect("agent", config)) {
            return connection
                    .client()
                    .resource(new CertificateSigningRequestBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .withNewSpec()
                            .withSignerName(Keys.AGENT_SERVING_SIGNER)
                            .withUsages("digital signature", "server auth")
                            .withRequest(Requests.encoded(Requests.pem(
                                    "system:vn-agent:" + node, "system:vn-agents", Set.of(), Set.of(address))))
                            .endSpec()
                            .build())
                    .create();
        }
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
