// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import dev.virtualcluster.operator.apply.WriteGate;
import dev.virtualcluster.runtime.metrics.Meters;
import java.util.Locale;

/** Counts writes by kind and verb: an idle operator's counters stand still. */
final class CountingGate implements WriteGate {
    private final Meters meters;
    private final WriteGate next;

    CountingGate(Meters meters, WriteGate next) {
        this.meters = meters;
        this.next = next;
    }

    @Override
    public void before(String verb, String kind) {
        next.before(verb, kind);
    }

    @Override
    public void after(String verb, String kind) {
        meters.counter("writes", "verb", verb.replace(' ', '_'), "kind", kind.toLowerCase(Locale.ROOT))
                .increment();
        next.after(verb, kind);
    }
}
