// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.address;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.apply.Parallel;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.identity.Tenant;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddress;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddressBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * IPAddress objects that name a VirtualCluster as their parent: they keep the super cluster from handing the tenant's
 * addresses to its own Services. Safe for any thread.
 */
public final class Reservations {
    private static final String RESOURCE = "virtualclusters";
    private static final int CONCURRENT_WRITES = 16;

    private final KubernetesClient client;
    private final SuperWrites writes;
    private final Parallel parallel;

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

    /** Reserves every address of the slice that nobody has yet. What stays free afterwards is nothing. */
    void reserveAll(Tenant tenant, Cidr slice) throws InterruptedException {
        var present = list(tenant).stream()
                .map(address -> address.getMetadata().getName())
                .collect(Collectors.toSet());
        List<Runnable> tasks = slice.assignable().stream()
                .filter(address -> !present.contains(address))
                .<Runnable>map(address -> () -> {
                    boolean ignored = reserve(tenant, slice, address);
                })
                .toList();
        parallel.run(CONCURRENT_WRITES, tasks);
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
        var some = client.resources(IPAddress.class)
                .withLabels(tenant.labels())
                .list(new io.fabric8.kubernetes.api.model.ListOptionsBuilder()
                        .withLimit(1L)
                        .build())
                .getItems();
        return some.stream()
                .filter(address -> isOurs(tenant, address))
                .findFirst()
                .map(Reservations::slice);
    }

    /** Whether this address of the slice is held for the tenant. */
    boolean holds(Tenant tenant, Cidr slice, String address) {
        return find(address)
                .filter(found -> isOurs(tenant, found))
                .map(Reservations::slice)
                .filter(slice::equals)
                .isPresent();
    }

    /** Gives an address back so that a Service of the tenant can have it. Does nothing unless it is reserved for it. */
    public void release(Tenant tenant, String address) {
        find(address).filter(found -> isOurs(tenant, found)).ifPresent(writes::delete);
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
        return new IPAddressBuilder()
                .withNewMetadata()
                .withName(address)
                .withLabels(new TreeMap<>(tenant.labels()))
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

    private static @Nullable Cidr slice(IPAddress address) {
        var annotations = address.getMetadata().getAnnotations();
        String slice = annotations == null ? null : annotations.get(Keys.SLICE);
        return slice == null ? null : Cidr.parse(slice);
    }

    private static String holder(IPAddress address) {
        var parent = address.getSpec().getParentRef();
        return parent.getResource() + " " + (parent.getNamespace() == null ? "" : parent.getNamespace() + "/")
                + parent.getName();
    }
}
