// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.apply.Applier;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.controlplane.KubernetesVersion;
import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.operator.status.Outcome;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The namespace of a tenant's control plane. Its name is computed, and one that exists is entered only if it says that
 * it was made for this very VirtualCluster.
 */
final class RootNamespace {
    private static final String PART = "root-namespace";
    /** Annotation: the highest Kubernetes version that an upgrade of the tenant was begun to. */
    private static final String APPLIED_VERSION = Keys.PREFIX + "applied-version";

    private static final Duration WHILE_FOREIGN = Duration.ofSeconds(30);
    private static final String WHAT_TO_DO =
            ": delete that namespace if nobody needs it, or delete this VirtualCluster and create it again";

    private final KubernetesClient client;
    private final SuperWrites writes;
    private final Applier<Namespace> applier;

    RootNamespace(KubernetesClient client, SuperWrites writes, Applier<Namespace> applier) {
        this.client = client;
        this.writes = writes;
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

    /** The highest version that was recorded; asked of the API server, as the watch may not show the last record yet. */
    Optional<String> appliedVersion(Tenant tenant) {
        var root = client.namespaces().withName(tenant.rootNamespace()).get();
        return Optional.ofNullable(root)
                .map(found -> found.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(APPLIED_VERSION));
    }

    /**
     * Records a version that is about to be applied, when it is higher than {@code recorded}. Only then may it be applied:
     * from the first pod of it on there is no way back, however long the rest of the rollout takes.
     */
    void recordApplied(Tenant tenant, Optional<String> recorded, @Nullable String version) {
        var next = KubernetesVersion.parse(version);
        var last = recorded.flatMap(KubernetesVersion::parse);
        if (version != null
                && next.isPresent()
                && last.filter(known -> !known.isBefore(next.get())).isEmpty()) {
            writes.merge(desired(tenant), Map.of("metadata", Map.of("annotations", Map.of(APPLIED_VERSION, version))));
        }
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
