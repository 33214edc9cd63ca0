// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import dev.virtualcluster.agent.http.RefusalReason;
import dev.virtualcluster.agent.http.RefusedException;
import dev.virtualcluster.apis.names.TenantKey;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The calls that are being carried, by tenant: counted against the tenant's share, and cut when the tenant goes or the agent stops.
 * The share shrinks as places become few, so that some tenants together cannot shut out all others. Thread safe.
 */
public final class Streams {
    private static final int CALLS_BURST_SECONDS = 2;
    /** Tools open several streams to a pod at once, and seldom go on like that. */
    private static final int READS_BURST_SECONDS = 5;

    /**
     * A tenant may have one place for each so many that are free. However many tenants take what they can get, each of them
     * leaves most of what it found; and four may still have all that one may have.
     */
    private static final int FREE_FOR_ONE = 4;

    private final int mostPerTenant;
    private final int places;
    private final CallRates calls;
    private final CallRates reads;
    private final Map<TenantKey, Set<Stream>> open = new ConcurrentHashMap<>();

    /** One call's place; closing it gives the place back. */
    final class Stream implements AutoCloseable {
        private final TenantKey tenant;
        private final Consumer<Ending> cut;

        private Stream(TenantKey tenant, Consumer<Ending> cut) {
            this.tenant = tenant;
            this.cut = cut;
        }

        @Override
        public void close() {
            open.computeIfPresent(tenant, (key, streams) -> {
                streams.remove(this);
                return streams.isEmpty() ? null : streams;
            });
        }
    }

    /** Bounds each tenant as {@code limits} say; {@code nanoTime} as {@link System#nanoTime()}. */
    public Streams(Limits limits, LongSupplier nanoTime) {
        this.mostPerTenant = limits.streamsPerTenant();
        this.places = limits.connections();
        this.calls = rates(limits.callsPerSecond(), CALLS_BURST_SECONDS, nanoTime);
        this.reads = rates(limits.upgradesPerSecond(), READS_BURST_SECONDS, nanoTime);
    }

    private static CallRates rates(int perSecond, int burstSeconds, LongSupplier nanoTime) {
        return new CallRates(perSecond, (double) perSecond * burstSeconds, nanoTime);
    }

    /**
     * Counts a request of {@code tenant}, whatever it asks for: the handshake and the line in the log cost the same.
     *
     * @throws RefusedException when the tenant calls too often
     */
    void count(TenantKey tenant) {
        calls.take(tenant);
    }

    /**
     * Counts a call that costs a read from the super cluster's API server: it asks for a stream into a pod, or for a pod
     * that the watched copy does not have.
     *
     * @throws RefusedException when the tenant does so too often
     */
    void countRead(TenantKey tenant) {
        reads.take(tenant);
    }

    /**
     * Takes a place for a call of {@code tenant}; {@code cut} ends the call from any thread.
     *
     * @throws RefusedException when the tenant has no place left
     */
    Stream open(TenantKey tenant, Consumer<Ending> cut) {
        Stream stream = new Stream(tenant, cut);
        int most = mostNow();
        open.compute(tenant, (key, known) -> {
            Set<Stream> streams = known == null ? ConcurrentHashMap.newKeySet() : known;
            if (streams.size() >= most) {
                throw new RefusedException(
                        RefusalReason.TENANT_LIMIT,
                        "this virtual cluster already has " + streams.size()
                                + " streams to this node, and may have no more now; close some, or wait");
            }
            streams.add(stream);
            return streams;
        });
        return stream;
    }

    /** Calls that begin at the same time may find the same places free; none of them finds more than its tenant's share. */
    private int mostNow() {
        return Math.clamp((places - size()) / FREE_FOR_ONE, 1, mostPerTenant);
    }

    /** Cuts every call of {@code tenant}. */
    void cut(TenantKey tenant, Ending ending) {
        Set<Stream> streams = open.getOrDefault(tenant, Set.of());
        streams.forEach(stream -> stream.cut.accept(ending));
        calls.forget(tenant);
        reads.forget(tenant);
    }

    /** Cuts every call. */
    void cutAll(Ending ending) {
        open.keySet().forEach(tenant -> cut(tenant, ending));
    }

    /** How many calls there are. */
    int size() {
        return open.values().stream().mapToInt(Set::size).sum();
    }
}
