// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.apply.Applier;
import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.operator.status.Outcome;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The namespace of a tenant's control plane. Its name is computed, and one that exists is entered only if it says that
 * it was made for this very VirtualCluster.
 */
final class RootNamespace {
    private static final String PART = "root-namespace";
    private static final Duration WHILE_FOREIGN = Duration.ofSeconds(30);
    private static final String WHAT_TO_DO =
            ": delete that namespace if nobody needs it, or delete this VirtualCluster and create it again";

    private final KubernetesClient client;
    private final Applier<Namespace> applier;

    RootNamespace(KubernetesClient client, Applier<Namespace> applier) {
        this.client = client;
        this.applier = applier;
    }

    Outcome ensure(Tenant tenant) {
        String name = tenant.rootNamespace();
        var known = applier.current(dev.virtualcluster.runtime.cluster.ObjectKey.clusterScoped(name));
        // The watch shows labelled namespaces only: the API server is asked about any other.
        var present = known != null ? known : client.namespaces().withName(name).get();
        if (present != null && !belongsTo(tenant, present)) {
            return Outcome.blocked(
                    "NamespaceTaken",
                    "Namespace " + name + " exists and was not made for this VirtualCluster" + WHAT_TO_DO,
                    WHILE_FOREIGN);
        }
        if (present != null && present.getMetadata().getDeletionTimestamp() != null) {
            return Outcome.waiting(
                    "NamespaceTerminating", "Namespace " + name + " is being deleted and will be made again");
        }
        var applied = applier.apply(desired(tenant));
        return belongsTo(tenant, applied)
                ? Outcome.ready("Created", "Namespace " + name)
                : Outcome.blocked(
                        "NamespaceTaken",
                        "Namespace " + name + " belongs to somebody else" + WHAT_TO_DO,
                        WHILE_FOREIGN);
    }

    void forget(Tenant tenant) {
        applier.forget(tenant.rootNamespace());
    }

    /** Whether the namespace was made for this VirtualCluster and no other. */
    static boolean belongsTo(Tenant tenant, Namespace namespace) {
        Map<String, String> annotations = namespace.getMetadata().getAnnotations();
        return annotations != null && tenant.uid().equals(value(annotations, Keys.VC_UID));
    }

    private static @Nullable String value(Map<String, String> map, String key) {
        return map.get(key);
    }

    private static Namespace desired(Tenant tenant) {
        var annotations = new TreeMap<>(tenant.annotations());
        annotations.put(Keys.VC_ROOT_NAMESPACE, Keys.TRUE);
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(tenant.rootNamespace())
                .withLabels(new TreeMap<>(tenant.labels(PART)))
                .withAnnotations(annotations)
                .endMetadata()
                .build();
    }
}
