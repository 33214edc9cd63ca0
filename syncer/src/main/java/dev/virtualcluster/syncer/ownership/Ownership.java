// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.ownership;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose a super-side object is, by its recorded annotations. An object is a tenant's when it names the tenant's key, names
 * a tenant object and its UID, and stands exactly where that tenant object is mirrored to. A namespace must carry the
 * UID of the VirtualCluster besides.
 */
public final class Ownership {
    private Ownership() {}

    /** The tenant key that the object claims, proven or not; null when it claims none. */
    public static @Nullable String claimedTenant(HasMetadata superObject) {
        return annotation(superObject, Keys.CLUSTER);
    }

    /** UID of the tenant object that this object was made for; null when not recorded. */
    public static @Nullable String tenantUid(HasMetadata superObject) {
        return annotation(superObject, Keys.TENANT_UID);
    }

    /** The tenant object that this object was made for; null when this is not provably an object of this tenant. */
    public static @Nullable ObjectKey tenantKey(Tenant tenant, HasMetadata superObject) {
        String namespace = annotation(superObject, Keys.TENANT_NAMESPACE);
        String name = annotation(superObject, Keys.TENANT_NAME);
        if (namespace == null
                || name == null
                || tenantUid(superObject) == null
                || !tenant.key().equals(claimedTenant(superObject))) {
            return null;
        }
        if (superObject instanceof Namespace && !isOfThisVirtualCluster(tenant, superObject)) {
            return null;
        }
        ObjectKey key = new ObjectKey(superObject instanceof Namespace ? "" : namespace, name);
        return tenant.superKey(superObject.getClass(), key).equals(ObjectKey.of(superObject)) ? key : null;
    }

    /** Tells whether the object was made for this very tenant object. */
    public static boolean isTwin(Tenant tenant, HasMetadata source, HasMetadata superObject) {
        return ObjectKey.of(source).equals(tenantKey(tenant, superObject))
                && source.getMetadata().getUid().equals(tenantUid(superObject));
    }

    /**
     * Makes sure that the object is the tenant's.
     *
     * @throws ForeignObjectException when the object is not provably this tenant's
     */
    public static void require(Tenant tenant, HasMetadata superObject) {
        if (tenantKey(tenant, superObject) == null) {
            throw new ForeignObjectException(superObject.getKind() + " " + ObjectKey.of(superObject)
                    + " carries no proof that it belongs to tenant " + tenant.key());
        }
    }

    /** Names of a super pod's containers that are recorded as the tenant's own; he is kept from all others. */
    public static Set<String> containers(Pod superPod) {
        String names = annotation(superPod, Keys.CONTAINERS);
        return names == null ? Set.of() : Set.copyOf(List.of(names.split(",", -1)));
    }

    private static boolean isOfThisVirtualCluster(Tenant tenant, HasMetadata namespace) {
        return tenant.settings().uid().equals(annotation(namespace, Keys.VC_UID))
                && annotation(namespace, Keys.VC_ROOT_NAMESPACE) == null;
    }

    private static @Nullable String annotation(HasMetadata object, String key) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(key);
    }
}
