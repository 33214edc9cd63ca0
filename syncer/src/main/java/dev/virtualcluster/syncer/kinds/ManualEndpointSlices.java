// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.syncer.engine.MirroredKind;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Endpoint slices of Services without selector go down, whether a user wrote them or the tenant's controller made them
 * from Endpoints. The super cluster's proxies find them by the service's name, which is the same in both worlds.
 */
final class ManualEndpointSlices extends MirroredKind<EndpointSlice> {
    static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    private static final String CONTROLLER = "endpointslice-controller.k8s.io";
    private static final String NOT_BY_CONTROLLER = MANAGED_BY + "!=" + CONTROLLER;
    /** Our own name: under the mirroring controller's name the super cluster's one would delete them. */
    private static final String OUR_NAME = "syncer." + Keys.GROUP;

    ManualEndpointSlices(SyncContext context) {
        super(context, "endpointslices", EndpointSlice.class);
    }

    @Override
    public CacheSpec<EndpointSlice> tenantCache() {
        return CacheSpec.all(EndpointSlice.class).withLabels(NOT_BY_CONTROLLER);
    }

    @Override
    public CacheSpec<EndpointSlice> superCache() {
        return CacheSpec.all(EndpointSlice.class)
                .withLabels(Keys.CONTROLLED_SELECTOR)
                .withLabels(NOT_BY_CONTROLLER);
    }

    @Override
    protected boolean isMirrored(Tenant tenant, EndpointSlice source) {
        ObjectMeta meta = source.getMetadata();
        return !ServiceSelectors.isLabelled(meta, MANAGED_BY, CONTROLLER)
                && ServiceSelectors.isManual(tenant, meta.getNamespace(), serviceOf(source));
    }

    @Override
    protected EndpointSlice desired(Tenant tenant, EndpointSlice source) {
        EndpointSlice twin = new EndpointSlice();
        ObjectMeta meta = twinMetadata(tenant, source);
        meta.getLabels().put(MANAGED_BY, OUR_NAME);
        twin.setMetadata(meta);
        twin.setAddressType(source.getAddressType());
        twin.setPorts(source.getPorts());
        twin.setEndpoints(orEmpty(source.getEndpoints()).stream()
                .map(endpoint ->
                        new EndpointBuilder(endpoint).withTargetRef(null).build())
                .toList());
        return twin;
    }

    @Override
    protected boolean differs(Tenant tenant, EndpointSlice desired, EndpointSlice actual) {
        return !orEmpty(desired.getEndpoints()).equals(orEmpty(actual.getEndpoints()))
                || !Objects.equals(desired.getPorts(), actual.getPorts());
    }

    /** Name of the Service that the slice belongs to; null when it says none. */
    static @Nullable String serviceOf(EndpointSlice slice) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        return labels == null ? null : labels.get(SERVICE_NAME);
    }

    private static List<Endpoint> orEmpty(@Nullable List<Endpoint> endpoints) {
        return endpoints == null ? List.of() : endpoints;
    }
}
