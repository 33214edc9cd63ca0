// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import dev.virtualcluster.agent.http.RefusalReason;
import dev.virtualcluster.agent.http.RefusedException;
import dev.virtualcluster.apis.names.TenantKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Bounds how fast a tenant may do something that costs all tenants: a handshake, or a read from the super cluster's API server. One
 * bucket for each tenant that has been confirmed, so strangers cannot make the map grow. Thread safe.
 */
final class CallRates {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private final double atOnce;
    private final LongSupplier nanoTime;
    private final Map<TenantKey, Bucket> buckets = new ConcurrentHashMap<>();

    /** What a tenant may still call, and when that was true. */
    private record Bucket(double calls, long atNanos) {}

    /** Allows {@code perSecond} calls on average, and {@code atOnce} of them where none came before. */
    CallRates(double perSecond, double atOnce, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.atOnce = atOnce;
        this.nanoTime = nanoTime;
    }

    /**
     * Takes one call out of the tenant's bucket.
     *
     * @throws RefusedException when it is empty
     */
    void take(TenantKey tenant) {
        long now = nanoTime.getAsLong();
        buckets.compute(tenant, (key, bucket) -> {
            double calls = bucket == null ? atOnce : refilled(bucket, now);
            if (calls < 1) {
                throw new RefusedException(
                        RefusalReason.TENANT_LIMIT,
                        "this virtual cluster calls this node too often; slow down and try again");
            }
            return new Bucket(calls - 1, now);
        });
    }

    /** Forgets a tenant that is gone. */
    void forget(TenantKey tenant) {
        buckets.remove(tenant);
    }

    private double refilled(Bucket bucket, long now) {
        double elapsed = (now - bucket.atNanos()) / NANOS_PER_SECOND;
        return Math.min(atOnce, bucket.calls() + elapsed * perSecond);
    }
}
