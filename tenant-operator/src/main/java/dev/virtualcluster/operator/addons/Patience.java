// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.addons;

import dev.virtualcluster.apis.names.TenantKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How soon a tenant whose API server gave no good answer is asked again: soon while he starts, and ever later once his tries
 * have held a worker for long, because there are few workers for all tenants. Thread safe.
 */
final class Patience {
    private static final Duration SOON = Duration.ofMillis(250);
    /** More than a start takes, whose tries are many and end at once. */
    private static final Duration FREE = Duration.ofSeconds(30);

    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int REST_FACTOR = 2;

    private final Map<TenantKey, Duration> taken = new ConcurrentHashMap<>();

    /** How long to leave the tenant alone after a try in vain that took so long. */
    Duration afterTry(TenantKey tenant, Duration took) {
        var sum = taken.merge(tenant, took, Duration::plus);
        if (sum.compareTo(FREE) <= 0) {
            return SOON;
        }
        var rest = sum.multipliedBy(REST_FACTOR);
        return rest.compareTo(LONGEST) < 0 ? rest : LONGEST;
    }

    /** The tenant has answered well, or is gone. */
    void forget(TenantKey tenant) {
        taken.remove(tenant);
    }
}
