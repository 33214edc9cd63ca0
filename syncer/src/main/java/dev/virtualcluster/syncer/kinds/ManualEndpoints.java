// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.syncer.engine.MirroredKind;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointAddressBuilder;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.EndpointSubsetBuilder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints of Services without selector go down; all others are made by the super cluster's own controller from the
 * mirrored pods. The super cluster is told not to make slices of them: the tenant's slices are mirrored as well.
 */
@SuppressWarnings("deprecation") // Deprecated in the API, but not going away, and users still write them.
final class ManualEndpoints extends MirroredKind<Endpoints> {
    private static final String SKIP_MIRROR = "endpointslice.kubernetes.io/skip-mirror";
    private static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
    private static final String CONTROLLER = "endpoint-controller";
    /** What controllers make of Services with a selector is left out of both watches. */
    private static final String NOT_BY_CONTROLLER = MANAGED_BY + "!=" + CONTROLLER;

    ManualEndpoints(SyncContext context) {
        super(context, "endpoints", Endpoints.class);
    }

    @Override
    public CacheSpec<Endpoints> tenantCache() {
        return CacheSpec.all(Endpoints.class).withLabels(NOT_BY_CONTROLLER);
    }

    @Override
    public CacheSpec<Endpoints> superCache() {
        return CacheSpec.all(Endpoints.class)
                .withLabels(Keys.CONTROLLED_SELECTOR)
                .withLabels(NOT_BY_CONTROLLER);
    }

    @Override
    protected boolean isMirrored(Tenant tenant, Endpoints source) {
        ObjectMeta meta = source.getMetadata();
        return !ServiceSelectors.isLabelled(meta, MANAGED_BY, CONTROLLER)
                && ServiceSelectors.isManual(tenant, meta.getNamespace(), meta.getName());
    }

    @Override
    protected Endpoints desired(Tenant tenant, Endpoints source) {
        Endpoints twin = new Endpoints();
        ObjectMeta meta = twinMetadata(tenant, source);
        meta.getLabels().put(SKIP_MIRROR, Keys.TRUE);
        meta.getLabels().remove(MANAGED_BY);
        twin.setMetadata(meta);
        twin.setSubsets(orEmpty(source.getSubsets()).stream()
                .map(ManualEndpoints::withoutTargets)
                .toList());
        return twin;
    }

    @Override
    protected boolean differs(Tenant tenant, Endpoints desired, Endpoints actual) {
        return !orEmpty(desired.getSubsets()).equals(orEmpty(actual.getSubsets()));
    }

    /** References to objects name the tenant's namespaces and UIDs; no consumer in the super cluster needs them. */
    private static EndpointSubset withoutTargets(EndpointSubset subset) {
        return new EndpointSubsetBuilder(subset)
                .withAddresses(withoutTargets(subset.getAddresses()))
                .withNotReadyAddresses(withoutTargets(subset.getNotReadyAddresses()))
                .build();
    }

    private static List<EndpointAddress> withoutTargets(@Nullable List<EndpointAddress> addresses) {
        return addresses == null
                ? List.of()
                : addresses.stream()
                        .map(address -> new EndpointAddressBuilder(address)
                                .withTargetRef(null)
                                .build())
                        .toList();
    }

    private static List<EndpointSubset> orEmpty(@Nullable List<EndpointSubset> subsets) {
        return subsets == null ? List.of() : subsets;
    }
}
