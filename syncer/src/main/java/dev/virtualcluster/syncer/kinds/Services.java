// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.addresses.Cidr;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.engine.Changes;
import dev.virtualcluster.syncer.engine.MirroredKind;
import dev.virtualcluster.syncer.engine.Refusals;
import dev.virtualcluster.syncer.engine.RefusedException;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.engine.Tenants;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.ServiceSpecBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Services go down with the very addresses that the tenant's API server gave them out of the tenant's slice; what the
 * super cluster decides - node ports, load balancers - comes back.
 *
 * <p>Node ports: the tenant's number is asked for in the super cluster; where it is taken there, the super cluster's
 * choice is written into the tenant's Service. Which wish was tried last is recorded on the twin.
 */
final class Services extends MirroredKind<Service> {
    /** Annotation on the twin: the node ports that the tenant's Service had when they were last asked for. */
    private static final String NODE_PORT_WISH = Keys.PREFIX + "node-ports";
    /** Not a Service: the key under which lost reservations are looked for. */
    private static final ObjectKey SWEEP = ObjectKey.clusterScoped("reservations");

    private static final Duration SWEEP_DELAY = Duration.ofSeconds(5);
    /** A sweep asks the API server, so patrols bring one about less often than they come by. */
    private static final Duration SWEEP_PAUSE = Duration.ofMinutes(10);

    private static final String EXTERNAL_NAME = "ExternalName";
    private static final String NONE = "None";

    private final ManualEndpoints endpoints;
    private final ManualEndpointSlices slices;
    private final AddressReservations reservations;
    private final ServiceUpward upward;
    /** By tenant: when its last sweep ended. */
    private final Map<String, Instant> swept = new ConcurrentHashMap<>();

    Services(SyncContext context, ManualEndpoints endpoints, ManualEndpointSlices slices) {
        super(context, "services", Service.class);
        this.endpoints = endpoints;
        this.slices = slices;
        this.reservations = new AddressReservations(context.superCluster().client());
        this.upward = new ServiceUpward();
    }

    @Override
    public CacheSpec<Service> tenantCache() {
        return CacheSpec.all(Service.class);
    }

    @Override
    public CacheSpec<Service> superCache() {
        return CacheSpec.all(Service.class).withLabels(Keys.CONTROLLED_SELECTOR);
    }

    @Override
    protected boolean isMirrored(Tenant tenant, Service source) {
        ObjectMeta meta = source.getMetadata();
        return !ServiceSelectors.isApiServer(meta.getNamespace(), meta.getName());
    }

    @Override
    protected Service desired(Tenant tenant, Service source) throws RefusedException {
        ServiceSpec spec = source.getSpec();
        if (spec.getExternalIPs() != null && !spec.getExternalIPs().isEmpty()) {
            throw new RefusedException(
                    "ExternalIPsForbidden",
                    "Services with spec.externalIPs are not accepted here, for they could take over the traffic of others."
                            + " Remove the field or use type LoadBalancer.");
        }
        for (String address : addresses(source)) {
            requireInSlice(tenant, address);
        }
        Service twin = new Service();
        ObjectMeta meta = twinMetadata(tenant, source);
        String wish = ServicePorts.wish(source);
        if (!wish.isEmpty()) {
            meta.getAnnotations().put(NODE_PORT_WISH, wish);
        }
        twin.setMetadata(meta);
        twin.setSpec(new ServiceSpecBuilder(spec).build());
        return twin;
    }

    @Override
    protected boolean differs(Tenant tenant, Service desired, Service actual) {
        ServiceSpec wanted = desired.getSpec();
        ServiceSpec is = actual.getSpec();
        return !Objects.equals(wanted.getType(), is.getType())
                || !addresses(desired).equals(addresses(actual))
                || !ServicePorts.sameButNodePorts(desired, actual)
                || !same(wanted.getSelector(), is.getSelector())
                || !Objects.equals(wanted.getExternalName(), is.getExternalName())
                || !Objects.equals(wanted.getSessionAffinity(), is.getSessionAffinity())
                || !Objects.equals(wanted.getSessionAffinityConfig(), is.getSessionAffinityConfig())
                || !Objects.equals(wanted.getExternalTrafficPolicy(), is.getExternalTrafficPolicy())
                || !Objects.equals(wanted.getInternalTrafficPolicy(), is.getInternalTrafficPolicy())
                || !Objects.equals(wanted.getTrafficDistribution(), is.getTrafficDistribution())
                || !same(wanted.getPublishNotReadyAddresses(), is.getPublishNotReadyAddresses())
                || !same(wanted.getLoadBalancerSourceRanges(), is.getLoadBalancerSourceRanges())
                || !Objects.equals(wanted.getLoadBalancerIP(), is.getLoadBalancerIP())
                || !Objects.equals(wanted.getLoadBalancerClass(), is.getLoadBalancerClass())
                || !Objects.equals(wanted.getAllocateLoadBalancerNodePorts(), is.getAllocateLoadBalancerNodePorts())
                || !same(wanted.getIpFamilies(), is.getIpFamilies());
    }

    @Override
    protected Service merged(Service desired, Service actual) {
        Service body = new Service();
        body.setSpec(new ServiceSpecBuilder(desired.getSpec())
                .withHealthCheckNodePort(actual.getSpec().getHealthCheckNodePort())
                .build());
        return body;
    }

    @Override
    protected Service create(Tenant tenant, Service source, Service desired) throws Exception {
        List<String> addresses = addresses(desired);
        begin(tenant, addresses);
        try {
            release(tenant, ObjectKey.of(desired), addresses);
            return createOnce(tenant, desired);
        } catch (KubernetesClientException e) {
            if (Refusals.isRefusal(e)) {
                addresses.forEach(address -> reservations.reserve(tenant, address));
                if (speaksOf(e, "spec.clusterIP")) {
                    throw new RefusedException(
                            "AddressClash",
                            "The address of this Service is in use outside of the virtual cluster. It is tried again;"
                                    + " deleting and creating the Service gives it another address.");
                }
            }
            throw e;
        } finally {
            reservations.end(tenant, addresses);
        }
    }

    /** Whatever comes of it, whether or not we live to see it, a sweep finds addresses that nobody holds. */
    private void begin(Tenant tenant, List<String> addresses) {
        if (!addresses.isEmpty()) {
            reservations.begin(tenant, addresses);
            sweepSoon(tenant);
        }
    }

    private void release(Tenant tenant, ObjectKey superService, List<String> addresses) throws RefusedException {
        for (String address : addresses) {
            reservations.release(tenant, superService, address);
        }
    }

    private void sweepSoon(Tenant tenant) {
        context.work().downAfter(tenant, this, SWEEP, SWEEP_DELAY);
    }

    private Service createOnce(Tenant tenant, Service desired) {
        try {
            return objects().create(tenant, desired);
        } catch (KubernetesClientException e) {
            if (!speaksOf(e, "nodePort")) {
                throw e;
            }
            desired.getSpec().setPorts(ServicePorts.withoutNodePorts(ServicePorts.of(desired)));
            desired.getSpec().setHealthCheckNodePort(null);
            return objects().create(tenant, desired);
        }
    }

    @Override
    protected void update(Tenant tenant, Service source, Service actual, Service body) throws Exception {
        List<String> before = addresses(actual);
        List<String> after = addresses(body);
        if (!before.isEmpty() && !after.isEmpty() && !before.getFirst().equals(after.getFirst())) {
            // An address cannot be changed in place: the tenant's Service passed through a type without one. Or our
            // cache was filled from a server that lags, and the twin is the newer of both.
            Service live = Requests.read(tenant.client(), Service.class, ObjectKey.of(source));
            if (live == null || addresses(live).equals(after)) {
                removeTwin(tenant, ObjectKey.of(source), actual);
            }
            context.work().downAfter(tenant, this, ObjectKey.of(source), Duration.ofMillis(200));
            return;
        }
        List<String> taken = without(after, before);
        List<String> left = without(before, after);
        List<String> changed = Stream.concat(taken.stream(), left.stream()).toList();
        begin(tenant, changed);
        try {
            release(tenant, ObjectKey.of(actual), taken);
            replace(tenant, actual, body);
            left.forEach(address -> reservations.reserve(tenant, address));
        } finally {
            reservations.end(tenant, changed);
        }
        context.work().up(tenant, this, ObjectKey.of(source));
    }

    private void replace(Tenant tenant, Service actual, Service body) {
        if (!isWishNew(actual, body) && hasNodePorts(body)) {
            body.getSpec().setPorts(ServicePorts.withNodePortsOf(ServicePorts.of(body), actual));
        }
        try {
            objects().replace(tenant, actual, body);
        } catch (KubernetesClientException e) {
            if (!speaksOf(e, "nodePort") || !hasNodePorts(body)) {
                throw e;
            }
            body.getSpec().setPorts(ServicePorts.withNodePortsOf(ServicePorts.of(body), actual));
            objects().replace(tenant, actual, body);
        }
    }

    @Override
    protected Result removeTwin(Tenant tenant, ObjectKey key, Service actual) throws Exception {
        if (!addresses(actual).isEmpty()) {
            sweepSoon(tenant);
        }
        objects().delete(tenant, actual, null);
        for (String address : addresses(actual)) {
            reservations.reserve(tenant, address);
        }
        return new Result.Done();
    }

    @Override
    public Result down(Tenant tenant, ObjectKey key) throws Exception {
        if (key.equals(SWEEP)) {
            return sweep(tenant);
        }
        return super.down(tenant, key);
    }

    private Result sweep(Tenant tenant) {
        Set<String> used = new HashSet<>();
        for (String namespace : context.namespaces().of(tenant.key())) {
            objects().list(namespace).forEach(service -> used.addAll(addresses(service)));
        }
        boolean isDone = reservations.sweep(tenant, used);
        swept.put(tenant.key(), context.clock().instant());
        return isDone ? new Result.Done() : new Result.RequeueAfter(SWEEP_DELAY);
    }

    @Override
    public void inspect(Tenant tenant, Findings findings) {
        super.inspect(tenant, findings);
        Instant last = swept.get(tenant.key());
        if (last != null && Duration.between(last, context.clock().instant()).compareTo(SWEEP_PAUSE) > 0) {
            // No finding: nothing shows in the caches, and most sweeps find all in order.
            sweepSoon(tenant);
        }
    }

    @Override
    public void tenantRemoved(Tenant tenant) {
        super.tenantRemoved(tenant);
        swept.remove(tenant.key());
    }

    @Override
    public void tenantAdded(Tenant tenant) {
        // What a predecessor of this process gave up and did not make again.
        sweepSoon(tenant);
    }

    @Override
    public void route(Service superObject, Tenants tenants, BiConsumer<Tenant, ObjectKey> to) {
        super.route(superObject, tenants, to);
        String claimed = Ownership.claimedTenant(superObject);
        Tenant tenant = claimed == null ? null : tenants.byKey(claimed);
        if (tenant != null && superObject.getMetadata().getDeletionTimestamp() != null) {
            // Its address is free once its finalizers are done with it.
            sweepSoon(tenant);
        }
    }

    @Override
    public void routeTenant(Tenant tenant, Service service, BiConsumer<Tenant, ObjectKey> to) {
        ObjectKey key = ObjectKey.of(service);
        to.accept(tenant, key);
        // Whether a Service has a selector decides who makes its endpoints.
        context.work().down(tenant, endpoints, key);
        for (EndpointSlice slice : tenant.cache(EndpointSlice.class).list(key.namespace())) {
            if (key.name().equals(ManualEndpointSlices.serviceOf(slice))) {
                context.work().down(tenant, slices, ObjectKey.of(slice));
            }
        }
    }

    @Override
    public boolean concernsUp(@Nullable Service before, @Nullable Service after) {
        return after != null && Changes.ofAnything(before, after);
    }

    @Override
    public boolean isUpwardDrift(Tenant tenant, @Nullable Service before, @Nullable Service after) {
        return before != null && after != null && Changes.ofAnything(before, after);
    }

    @Override
    public Result up(Tenant tenant, ObjectKey key) {
        Service source = tenant.cache(Service.class).get(key);
        Service actual = source == null || !isMirrored(tenant, source) ? null : twin(tenant, key);
        if (source != null
                && actual != null
                && source.getMetadata().getDeletionTimestamp() == null
                && Ownership.isTwin(tenant, source, actual)) {
            upward.write(tenant, source, actual, isTried(source, actual));
        }
        return new Result.Done();
    }

    @Override
    protected boolean upDiffers(Tenant tenant, Service source, Service actual) {
        return upward.differs(tenant, source, actual, isTried(source, actual));
    }

    /** The real addresses: neither empty nor headless. */
    static List<String> addresses(Service service) {
        ServiceSpec spec = service.getSpec();
        if (spec == null || EXTERNAL_NAME.equals(spec.getType())) {
            return List.of();
        }
        List<String> all = spec.getClusterIPs() == null || spec.getClusterIPs().isEmpty()
                ? spec.getClusterIP() == null ? List.of() : List.of(spec.getClusterIP())
                : spec.getClusterIPs();
        return all.stream()
                .filter(address -> !address.isEmpty() && !NONE.equals(address))
                .toList();
    }

    private static List<String> without(List<String> addresses, List<String> others) {
        return addresses.stream().filter(address -> !others.contains(address)).toList();
    }

    /** A tenant can add ranges to its own API server; only its slice is its own in the super cluster. */
    private static void requireInSlice(Tenant tenant, String address) throws RefusedException {
        if (!Cidr.anyContains(tenant.settings().serviceCidr(), address)) {
            throw new RefusedException(
                    "AddressOutsideSlice",
                    "The address " + address + " is not among this virtual cluster's service addresses ("
                            + tenant.settings().serviceCidr() + "). Create the Service again without asking for it.");
        }
    }

    private static boolean isTried(Service source, Service actual) {
        String tried = actual.getMetadata().getAnnotations().get(NODE_PORT_WISH);
        return ServicePorts.wish(source).equals(tried == null ? "" : tried);
    }

    private static boolean isWishNew(Service actual, Service body) {
        String wish = body.getMetadata().getAnnotations().get(NODE_PORT_WISH);
        return wish != null
                && !wish.equals(actual.getMetadata().getAnnotations().get(NODE_PORT_WISH));
    }

    private static boolean hasNodePorts(Service service) {
        return switch (service.getSpec().getType()) {
            case "NodePort", "LoadBalancer" -> true;
            case null, default -> false;
        };
    }

    private static boolean speaksOf(KubernetesClientException e, String field) {
        return e.getCode() == 422 && Refusals.words(e).contains(field);
    }

    private static boolean same(@Nullable Object a, @Nullable Object b) {
        return Objects.equals(emptyToNull(a), emptyToNull(b));
    }

    private static @Nullable Object emptyToNull(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case java.util.Collection<?> collection when collection.isEmpty() -> null;
            case java.util.Map<?, ?> map when map.isEmpty() -> null;
            case Boolean flag when !flag -> null;
            default -> value;
        };
    }
}
