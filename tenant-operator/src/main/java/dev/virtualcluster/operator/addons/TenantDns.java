// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.addons;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.Objects;

/** The DNS server that runs in a tenant. Blocking; failures are the client's exceptions. */
final class TenantDns {
    private static final String NAMESPACE = "kube-system";
    private static final String NAME = "coredns";
    /** What Kubernetes gives every pod to trust the API server by. */
    private static final String TRUST = "kube-root-ca.crt";
    /** Pod annotation: digest of the authority under which the pods were started anew. */
    private static final String AUTHORITY = Keys.PREFIX + "authority";

    private TenantDns() {}

    /**
     * Has the pods replaced, where there is a Deployment. Returns false, and does nothing, while pods are still given
     * another authority: they would read that one again.
     */
    static boolean restart(KubernetesClient tenant, String authority, String digest) {
        var trust = tenant.configMaps().inNamespace(NAMESPACE).withName(TRUST).get();
        if (trust != null && !bundle(trust).contains(authority.strip())) {
            return false;
        }
        var deployment = tenant.apps().deployments().inNamespace(NAMESPACE).withName(NAME);
        if (deployment.get() != null) {
            var patch = Map.of(
                    "spec", Map.of("template", Map.of("metadata", Map.of("annotations", Map.of(AUTHORITY, digest)))));
            var ignored = deployment.patch(
                    PatchContext.of(PatchType.JSON_MERGE),
                    tenant.getKubernetesSerialization().asJson(patch));
        }
        return true;
    }

    private static String bundle(ConfigMap trust) {
        return Objects.requireNonNullElse(trust.getData(), Map.<String, String>of())
                .getOrDefault(Keys.CA_CERT, "");
    }
}
