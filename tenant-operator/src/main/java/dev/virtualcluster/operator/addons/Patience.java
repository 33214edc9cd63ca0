// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.addons;

import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.operator.status.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How soon a tenant whose API server gave no good answer is asked again: soon while he starts, and ever later once his tries
 * have held a worker for long, because there are few workers for all tenants. Thread safe.
 */
final class Patience {
    private static final Duration SOON = Duration.ofMillis(250);
    /** A try that ends sooner holds nobody up. */
    private static final Duration QUICK = Duration.ofSeconds(1);
    /** More than a start takes, whose tries are many and end at once. */
    private static final Duration FREE = Duration.ofSeconds(30);

    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int REST_FACTOR = 2;

    private record Rest(long untilNanos, Outcome last) {}

    private final LongSupplier nanoTicker;
    private final Map<TenantKey, Duration> taken = new ConcurrentHashMap<>();
    private final Map<TenantKey, Rest> rests = new ConcurrentHashMap<>();

    Patience(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
    }

    /** How long to leave the tenant alone after a try in vain that took so long. */
    Duration afterTry(TenantKey tenant, Duration took) {
        var counted = took.compareTo(QUICK) < 0 ? Duration.ZERO : took;
        var sum = taken.merge(tenant, counted, Duration::plus);
        if (sum.compareTo(FREE) <= 0) {
            return SOON;
        }
        var rest = sum.multipliedBy(REST_FACTOR);
        return rest.compareTo(LONGEST) < 0 ? rest : LONGEST;
    }

    /** Whatever brings the tenant up before {@code delay} is over, {@code outcome} is what there is to say of him. */
    void rest(TenantKey tenant, Duration delay, Outcome outcome) {
        if (delay.compareTo(SOON) > 0) {
            rests.put(tenant, new Rest(nanoTicker.getAsLong() + delay.toNanos(), outcome));
        }
    }

    /** What to say of a tenant who is to be left alone now. */
    Optional<Outcome> resting(TenantKey tenant) {
        var rest = rests.get(tenant);
        if (rest == null) {
            return Optional.empty();
        }
        var left = Duration.ofNanos(rest.untilNanos - nanoTicker.getAsLong());
        if (!left.isPositive()) {
            rests.remove(tenant, rest);
            return Optional.empty();
        }
        return Optional.of(
                switch (rest.last) {
                    case Outcome.Blocked blocked -> Outcome.blocked(blocked.reason(), blocked.message(), left);
                    case Outcome.Waiting waiting -> Outcome.waiting(waiting.reason(), waiting.message(), left);
                    case Outcome.Ready ready -> ready;
                });
    }

    /** The tenant has answered well, or is gone. */
    void forget(TenantKey tenant) {
        taken.remove(tenant);
        rests.remove(tenant);
    }
}
