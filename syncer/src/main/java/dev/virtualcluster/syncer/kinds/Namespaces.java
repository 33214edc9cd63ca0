// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.engine.MirroredKind;
import dev.virtualcluster.syncer.engine.SuperNamespaces;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.Namespace;

/**
 * Namespaces go down under their mapped names, with labels and annotations, and with the Pod Security level that the
 * VirtualCluster asks for. The first object inside may make its namespace sooner ({@link SuperNamespaces#ensure}).
 */
final class Namespaces extends MirroredKind<Namespace> {
    Namespaces(SyncContext context) {
        super(context, "namespaces", Namespace.class);
    }

    @Override
    public CacheSpec<Namespace> tenantCache() {
        return CacheSpec.all(Namespace.class);
    }

    @Override
    public CacheSpec<Namespace> superCache() {
        return CacheSpec.all(Namespace.class).withLabels(Keys.CONTROLLED_SELECTOR);
    }

    @Override
    protected Namespace desired(Tenant tenant, Namespace source) {
        return SuperNamespaces.desired(tenant, source);
    }

    @Override
    protected boolean differs(Tenant tenant, Namespace desired, Namespace actual) {
        return false;
    }

    @Override
    protected Namespace merged(Namespace desired, Namespace actual) {
        // The spec holds the super cluster's finalizers.
        desired.setSpec(actual.getSpec());
        return desired;
    }

    @Override
    public void inspect(Tenant tenant, Findings findings) {
        super.inspect(tenant, findings);
        for (String name : context.namespaces().of(tenant.key())) {
            Namespace actual = objects().get(ObjectKey.clusterScoped(name));
            if (actual != null) {
                inspectTwin(tenant, actual, findings);
            }
        }
    }
}
