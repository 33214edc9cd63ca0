// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.address;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.names.NameTranslator;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.operator.status.Outcome;
import dev.virtualcluster.runtime.addresses.Cidr;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddress;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDRBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a tenant comes to hold a slice. The reservation of a slice's first address is the claim: the API server lets one
 * tenant create it. Slices of different sizes can overlap without sharing it; so who has claimed looks at all claims, and
 * gives way to those that the API server accepted before his own, which he is certain to see. Then every other address is
 * reserved, and only then the slice becomes a ServiceCIDR, from which moment on the super cluster would hand out what is
 * not reserved. Safe for any thread.
 */
public final class SliceClaims {
    private static final Duration SOON = Duration.ofMillis(250);
    private static final Duration WHILE_FULL = Duration.ofSeconds(30);
    private static final int NAMED_HOLDERS = 3;
    private static final String WAY_OUT = ". Delete this VirtualCluster, of which nothing runs yet, and create it with"
            + " another serviceCidr or without one";
    private static final String READY_CONDITION = "Ready";

    private final KubernetesClient client;
    private final SuperWrites writes;
    private final ObjectCache<ServiceCIDR> serviceCidrs;
    private final Reservations reservations;
    private final AddressPool pool;
    /** Saves asking again; the API server's objects are what counts. */
    private final Map<String, Cidr> claimed = new ConcurrentHashMap<>();

    /** What came of asking for a slice. */
    public sealed interface Claim {
        /** The tenant has it. */
        record Held(Cidr slice) implements Claim {}

        /** It has none, for this reason. */
        record Denied(Outcome outcome) implements Claim {}
    }

    /** Claims out of {@code pool}. */
    public SliceClaims(
            KubernetesClient client,
            SuperWrites writes,
            ObjectCache<ServiceCIDR> serviceCidrs,
            Reservations reservations,
            AddressPool pool) {
        this.client = client;
        this.writes = writes;
        this.serviceCidrs = serviceCidrs;
        this.reservations = reservations;
        this.pool = pool;
    }

    /** The slice that the tenant has, or a new one. */
    public Claim claim(Tenant tenant) {
        var known = held(tenant);
        if (known.isPresent()) {
            claimed.put(tenant.key().value(), known.get());
            return new Claim.Held(known.get());
        }
        String wanted = tenant.vc().getSpec().getServiceCidr();
        return wanted == null || wanted.isEmpty() ? claimAny(tenant) : claimThis(tenant, wanted);
    }

    /** Reserves the slice's addresses and declares it; ready when the super cluster accepts addresses out of it. */
    public Outcome establish(Tenant tenant, Cidr slice) throws InterruptedException {
        String name = NameTranslator.serviceCidrName(slice.toString());
        var present = serviceCidrs.get(ObjectKey.clusterScoped(name));
        if (present == null) {
            if (isContested(tenant, slice)) {
                int ignored = reservations.releaseAll(tenant);
                return lost(tenant);
            }
            var refused = reservations.reserveAll(tenant, slice);
            if (!refused.isEmpty() && !strangers(slice).containsAll(refused)) {
                return Outcome.waiting(
                        "SlicePending", "Waits until another tenant has given back addresses of " + slice, SOON);
            }
            var created = writes.create(serviceCidr(tenant, slice, name));
            present = created.orElseGet(
                    () -> client.resources(ServiceCIDR.class).withName(name).get());
        }
        if (present == null || !isOf(tenant, present)) {
            return lost(tenant);
        }
        if (present.getMetadata().getDeletionTimestamp() != null) {
            return Outcome.waiting("SliceTerminating", "The ServiceCIDR " + name + " is being deleted", WHILE_FULL);
        }
        return accepted(present)
                ? Outcome.ready("Held", "Holds the service addresses " + slice)
                : Outcome.waiting("SlicePending", "The super cluster does not serve the ServiceCIDR " + name + " yet");
    }

    /** Deletes the slice's ServiceCIDR; true when it is gone. */
    public Optional<ServiceCIDR> remove(Tenant tenant) {
        var left = client.resources(ServiceCIDR.class).withLabels(tenant.labels()).list().getItems().stream()
                .filter(cidr -> isOf(tenant, cidr))
                .findFirst();
        left.filter(cidr -> cidr.getMetadata().getDeletionTimestamp() == null).ifPresent(writes::delete);
        return left;
    }

    /** Forgets a tenant that is gone. */
    public void forget(Tenant tenant) {
        claimed.remove(tenant.key().value());
    }

    private Optional<Cidr> held(Tenant tenant) {
        var declared = serviceCidrs.list().stream()
                .filter(cidr -> isOf(tenant, cidr))
                .map(SliceClaims::range)
                .findFirst();
        return declared.or(() -> Optional.ofNullable(claimed.get(tenant.key().value())))
                .or(() -> reservations.sliceOf(tenant));
    }

    private Claim claimAny(Tenant tenant) {
        var strangers = strangers(pool.range());
        var free = pool.free(taken())
                .filter(slice -> strangers.stream().noneMatch(slice::contains))
                .iterator();
        while (free.hasNext()) {
            var slice = free.next();
            if (take(tenant, slice)) {
                return new Claim.Held(slice);
            }
        }
        return new Claim.Denied(Outcome.blocked(
                "PoolExhausted",
                "No slice of /" + pool.slicePrefix() + " is free in the pool " + pool.range()
                        + ": delete a VirtualCluster, or give the operator a bigger --service-cidr-pool"
                        + " (chart value operator.serviceCidrPool)",
                WHILE_FULL));
    }

    private Claim claimThis(Tenant tenant, String wanted) {
        Cidr slice;
        try {
            slice = Cidr.parse(wanted);
        } catch (IllegalArgumentException e) {
            return denied("InvalidServiceCidr", "spec.serviceCidr: " + e.getMessage());
        }
        var refusal = pool.whyRefused(slice);
        if (refusal.isPresent()) {
            return denied("InvalidServiceCidr", "spec.serviceCidr: " + refusal.get());
        }
        if (taken().stream().anyMatch(slice::overlaps) || !strangers(slice).isEmpty()) {
            return denied(
                    "ServiceCidrTaken",
                    "spec.serviceCidr: addresses of " + slice + " are in use already, by " + holders(slice));
        }
        return take(tenant, slice)
                ? new Claim.Held(slice)
                : denied("ServiceCidrTaken", "spec.serviceCidr: another tenant has claimed addresses of " + slice);
    }

    private boolean take(Tenant tenant, Cidr slice) {
        String first = slice.address(1);
        if (!reservations.reserve(tenant, slice, first) && !reservations.holds(tenant, slice, first)) {
            return false;
        }
        if (isContested(tenant, slice)) {
            reservations.release(tenant, first);
            return false;
        }
        claimed.put(tenant.key().value(), slice);
        return true;
    }

    /**
     * Whether another tenant was faster. Asked of the API server, claims before slices: a claim is given back only by
     * one that has declared his slice before.
     */
    private boolean isContested(Tenant tenant, Cidr slice) {
        String key = tenant.key().value();
        var claims = reservations.claims();
        long own = claims.stream()
                .filter(claim -> claim.tenant().equals(key))
                .mapToLong(Reservations.Claim::version)
                .min()
                .orElse(0);
        return claims.stream()
                        .filter(claim -> !claim.tenant().equals(key) && claim.version() < own)
                        .anyMatch(claim -> claim.slice().overlaps(slice))
                || client.resources(ServiceCIDR.class).withLabel(Keys.CONTROLLED, Keys.TRUE).list().getItems().stream()
                        .filter(cidr -> !isOf(tenant, cidr))
                        .anyMatch(cidr -> range(cidr).overlaps(slice));
    }

    private Outcome lost(Tenant tenant) {
        claimed.remove(tenant.key().value());
        return Outcome.waiting("SliceLost", "Another tenant was faster; looking for another slice", SOON);
    }

    /** Only of what was asked for: the field cannot be changed afterwards. */
    private static Claim denied(String reason, String message) {
        return new Claim.Denied(Outcome.blocked(reason, message + WAY_OUT, WHILE_FULL));
    }

    private String holders(Cidr slice) {
        var tenants = Stream.concat(
                reservations.claims().stream()
                        .filter(claim -> claim.slice().overlaps(slice))
                        .map(claim -> "tenant " + claim.tenant()),
                serviceCidrs.list().stream()
                        .filter(cidr -> range(cidr).overlaps(slice))
                        .map(cidr -> "tenant " + cidr.getMetadata().getLabels().get(Keys.CLUSTER)));
        var all = Stream.concat(tenants, reservations.strangers(slice).stream())
                .distinct()
                .sorted(Comparator.reverseOrder())
                .toList();
        return String.join(", ", all.subList(0, Math.min(NAMED_HOLDERS, all.size())))
                + (all.size() > NAMED_HOLDERS ? " and " + (all.size() - NAMED_HOLDERS) + " more" : "");
    }

    /** What others hold or are about to hold; asked by those who hold nothing. */
    private List<Cidr> taken() {
        return Stream.concat(
                        reservations.claims().stream().map(Reservations.Claim::slice),
                        serviceCidrs.list().stream().map(SliceClaims::range))
                .toList();
    }

    /** Addresses that were given out to others; a pool may lie within the super cluster's own service range. */
    private Collection<String> strangers(Cidr range) {
        return client.resources(IPAddress.class).withLabelSelector("!" + Keys.CONTROLLED).list().getItems().stream()
                .map(address -> address.getMetadata().getName())
                .filter(range::contains)
                .collect(Collectors.toSet());
    }

    private static Cidr range(ServiceCIDR cidr) {
        return Cidr.parse(cidr.getSpec().getCidrs().getFirst());
    }

    private static boolean isOf(Tenant tenant, ServiceCIDR cidr) {
        var meta = cidr.getMetadata();
        return meta.getLabels() != null
                && tenant.key().value().equals(meta.getLabels().get(Keys.CLUSTER))
                && meta.getAnnotations() != null
                && tenant.uid().equals(meta.getAnnotations().get(Keys.VC_UID));
    }

    /** An API server that has not judged it yet allocates from it; only one that refused it does not. */
    private static boolean accepted(ServiceCIDR cidr) {
        var status = cidr.getStatus();
        return status == null
                || status.getConditions().stream()
                        .noneMatch(condition -> READY_CONDITION.equals(condition.getType())
                                && Objects.equals("False", condition.getStatus()));
    }

    private static ServiceCIDR serviceCidr(Tenant tenant, Cidr slice, String name) {
        return new ServiceCIDRBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(new TreeMap<>(tenant.labels()))
                .withAnnotations(new TreeMap<>(tenant.annotations()))
                .endMetadata()
                .withNewSpec()
                .withCidrs(slice.toString())
                .endSpec()
                .build();
    }
}
