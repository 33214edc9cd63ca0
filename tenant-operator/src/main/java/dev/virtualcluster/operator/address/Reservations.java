// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.address;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.apply.Parallel;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.runtime.addresses.Cidr;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddress;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddressBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * IPAddress objects that name a VirtualCluster as their parent: they keep the super cluster from handing the tenant's
 * addresses to its own Services. Safe for any thread.
 */
public final class Reservations {
    /** Label of the reservation of a slice's first address: few enough to be listed whenever somebody wants a slice. */
    static final String CLAIM_LABEL = Keys.PREFIX + "slice-claim";

    /** Resource that a reservation names as its parent's. */
    public static final String RESOURCE = "virtualclusters";

    private static final int CONCURRENT_WRITES = 16;

    private final KubernetesClient client;
    private final SuperWrites writes;
    private final Parallel parallel;

    /**
     * A slice that a tenant holds or wants to hold.
     *
     * @param tenant its key
     * @param slice the whole slice
     * @param version grows with every write that the API server accepts: tells who was first
     */
    record Claim(String tenant, Cidr slice, long version) {}

    /** Reads with {@code client} and writes with {@code writes}. */
    public Reservations(KubernetesClient client, SuperWrites writes, Parallel parallel) {
        this.client = client;
        this.writes = writes;
        this.parallel = parallel;
    }

    /** Reserves one address; false when anybody, the tenant included, has it already. */
    boolean reserve(Tenant tenant, Cidr slice, String address) {
        return writes.create(reservation(tenant, slice, address)).isPresent();
    }

    /** Reserves every address of the slice that nobody has yet; returns those that somebody had. */
    Set<String> reserveAll(Tenant tenant, Cidr slice) throws InterruptedException {
        var present = list(tenant).stream()
                .map(address -> address.getMetadata().getName())
                .collect(Collectors.toSet());
        Set<String> refused = ConcurrentHashMap.newKeySet();
        List<Runnable> tasks = slice.assignable().stream()
                .filter(address -> !present.contains(address))
                .<Runnable>map(address -> () -> {
                    if (!reserve(tenant, slice, address)) {
                        refused.add(address);
                    }
                })
                .toList();
        parallel.run(CONCURRENT_WRITES, tasks);
        return refused;
    }

    /** What all tenants claim, as the API server has it now. */
    List<Claim> claims() {
        return client
                .resources(IPAddress.class)
                .withLabels(Map.of(Keys.CONTROLLED, Keys.TRUE, CLAIM_LABEL, Keys.TRUE))
                .list()
                .getItems()
                .stream()
                .flatMap(address -> claim(address).stream())
                .toList();
    }

    /** Who has an address of the slice although it is neither the tenant's nor one of its own Services'. */
    public List<String> strangers(Cidr slice) {
        return client.resources(IPAddress.class).withLabelSelector("!" + Keys.CONTROLLED).list().getItems().stream()
                .filter(address -> slice.contains(address.getMetadata().getName()))
                .map(address -> address.getMetadata().getName() + " (" + holder(address) + ")")
                .sorted()
                .toList();
    }

    /** The tenant's slice as its reservations have it; empty when it has none. */
    Optional<Cidr> sliceOf(Tenant tenant) {
        return list(tenant).stream()
                .filter(address -> isOurs(tenant, address))
                .flatMap(address -> slice(address).stream())
                .findFirst();
    }

    /** Whether this address of the slice is held for the tenant. */
    boolean holds(Tenant tenant, Cidr slice, String address) {
        return find(address)
                .filter(found -> isOurs(tenant, found))
                .flatMap(Reservations::slice)
                .filter(slice::equals)
                .isPresent();
    }

    /** Gives an address back so that a Service of the tenant can have it. Does nothing unless it is reserved for it. */
    public void release(Tenant tenant, String address) {
        find(address).filter(found -> isOurs(tenant, found)).ifPresent(writes::delete);
    }

    /**
     * Who has an address that is meant for this Service of the tenant; empty while it is the tenant's reservation, the
     * Service's already, or nobody's.
     */
    public Optional<String> otherHolder(Tenant tenant, String address, ObjectKey service) {
        return find(address)
                .filter(found -> !isOurs(tenant, found) && !isOf(service, found))
                .map(Reservations::holder);
    }

    /** Gives all addresses back; returns how many are left. */
    public int releaseAll(Tenant tenant) throws InterruptedException {
        List<Runnable> tasks = list(tenant).stream()
                .filter(address -> isOurs(tenant, address))
                .<Runnable>map(address -> () -> writes.delete(address))
                .toList();
        parallel.run(CONCURRENT_WRITES, tasks);
        return tasks.isEmpty() ? 0 : list(tenant).size();
    }

    private List<IPAddress> list(Tenant tenant) {
        return client.resources(IPAddress.class)
                .withLabels(tenant.labels())
                .list()
                .getItems();
    }

    private Optional<IPAddress> find(String address) {
        return Optional.ofNullable(
                client.resources(IPAddress.class).withName(address).get());
    }

    private static IPAddress reservation(Tenant tenant, Cidr slice, String address) {
        var labels = new TreeMap<>(tenant.labels());
        if (address.equals(slice.address(1))) {
            labels.put(CLAIM_LABEL, Keys.TRUE);
        }
        return new IPAddressBuilder()
                .withNewMetadata()
                .withName(address)
                .withLabels(labels)
                .withAnnotations(Map.of(Keys.VC_UID, tenant.uid(), Keys.SLICE, slice.toString()))
                .endMetadata()
                .withNewSpec()
                .withNewParentRef()
                .withGroup(Keys.GROUP)
                .withResource(RESOURCE)
                .withNamespace(tenant.namespace())
                .withName(tenant.name())
                .endParentRef()
                .endSpec()
                .build();
    }

    private static boolean isOurs(Tenant tenant, IPAddress address) {
        var parent = address.getSpec().getParentRef();
        var labels = address.getMetadata().getLabels();
        return Keys.GROUP.equals(parent.getGroup())
                && RESOURCE.equals(parent.getResource())
                && tenant.namespace().equals(parent.getNamespace())
                && tenant.name().equals(parent.getName())
                && labels != null
                && tenant.key().value().equals(labels.get(Keys.CLUSTER));
    }

    private static boolean isOf(ObjectKey service, IPAddress address) {
        var parent = address.getSpec().getParentRef();
        return "services".equals(parent.getResource())
                && service.namespace().equals(parent.getNamespace())
                && service.name().equals(parent.getName());
    }

    /** Empty when the annotation was taken away or written over by hand: that must not stop everybody else. */
    private static Optional<Cidr> slice(IPAddress address) {
        var annotations = address.getMetadata().getAnnotations();
        String slice = annotations == null ? null : annotations.get(Keys.SLICE);
        try {
            return Optional.ofNullable(slice).map(Cidr::parse);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Claim> claim(IPAddress address) {
        var meta = address.getMetadata();
        String tenant = meta.getLabels().getOrDefault(Keys.CLUSTER, "");
        return slice(address).map(slice -> new Claim(tenant, slice, Long.parseLong(meta.getResourceVersion())));
    }

    private static String holder(IPAddress address) {
        var parent = address.getSpec().getParentRef();
        return parent.getResource() + " " + (parent.getNamespace() == null ? "" : parent.getNamespace() + "/")
                + parent.getName();
    }
}
