// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.identity;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.operator.controlplane.Completion;
import java.util.Map;
import java.util.TreeMap;

/**
 * One VirtualCluster with the names derived from it. Everything comes from its metadata and specification; its status
 * is never a source.
 *
 * @param vc the VirtualCluster, read-only
 * @param key the tenant
 */
public record Tenant(VirtualCluster vc, TenantKey key) {

    /**
     * The tenant of a stored VirtualCluster.
     *
     * @throws IllegalArgumentException when its name cannot be part of a namespace's name
     */
    public static Tenant of(VirtualCluster vc) {
        return new Tenant(vc, TenantKey.of(vc));
    }

    /** The same tenant, seen later. */
    public Tenant seenAs(VirtualCluster newer) {
        return new Tenant(newer, key);
    }

    /** The root namespace. */
    public String rootNamespace() {
        return key.rootNamespace();
    }

    /** The VirtualCluster's namespace. */
    public String namespace() {
        return vc.getMetadata().getNamespace();
    }

    /** The VirtualCluster's name. */
    public String name() {
        return vc.getMetadata().getName();
    }

    /** The VirtualCluster's UID. */
    public String uid() {
        return vc.getMetadata().getUid();
    }

    /** Labels of everything that is this tenant's in the super cluster; they select exactly that. */
    public Map<String, String> labels() {
        return Map.of(Keys.CONTROLLED, Keys.TRUE, Keys.CLUSTER, key.value());
    }

    /** Labels of what makes up its control plane; {@code part} says what it is. */
    public Map<String, String> labels(String part) {
        var labels = new TreeMap<>(labels());
        labels.put(Keys.VC_NAME, name());
        labels.put(Keys.VC_NAMESPACE, namespace());
        labels.put(Completion.PART_LABEL, part);
        return labels;
    }

    /** Annotations of what makes up its control plane. */
    public Map<String, String> annotations() {
        return Map.of(
                Keys.CLUSTER, key.value(),
                Keys.VC_NAME, name(),
                Keys.VC_NAMESPACE, namespace(),
                Keys.VC_UID, uid());
    }
}
