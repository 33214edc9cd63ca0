// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import org.jspecify.annotations.Nullable;

/** Who makes the endpoints of a Service: the super cluster's controllers where it has a selector, else its user. */
final class ServiceSelectors {
    private static final String DEFAULT = "default";
    private static final String KUBERNETES = "kubernetes";

    private ServiceSelectors() {}

    /** Tells whether endpoints of that Service are to be mirrored: it has no selector, or there is no such Service. */
    static boolean isManual(Tenant tenant, String namespace, @Nullable String service) {
        if (service == null || isApiServer(namespace, service)) {
            return false;
        }
        Service found = tenant.cache(Service.class).get(new ObjectKey(namespace, service));
        return found == null || !hasSelector(found);
    }

    /** Tells whether an object that no watch of ours shows carries the label which says so. */
    static boolean isLabelled(ObjectMeta meta, String key, String value) {
        return meta.getLabels() != null && value.equals(meta.getLabels().get(key));
    }

    static boolean hasSelector(Service service) {
        return service.getSpec() != null
                && service.getSpec().getSelector() != null
                && !service.getSpec().getSelector().isEmpty();
    }

    /** The tenant's API server looks after this one itself. */
    static boolean isApiServer(String namespace, String service) {
        return DEFAULT.equals(namespace) && KUBERNETES.equals(service);
    }
}
