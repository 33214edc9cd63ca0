// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetersTest {
    private final Meters meters = Meters.of("syncer");

    @Test
    void namesByTheRuleAndStartsAtZero() {
        meters.counter("writes", "kind", "pod");
        meters.timer("write");
        meters.gauge("tenants", () -> 3);

        assertThat(meters.scrape())
                .contains(
                        "vc_syncer_writes_total{kind=\"pod\"} 0.0",
                        "vc_syncer_write_seconds_count 0",
                        "vc_syncer_tenants 3.0");
    }

    @Test
    void countsIntoExplicitBuckets() {
        meters.timer("write").record(Duration.ofMillis(7));

        assertThat(meters.scrape())
                .contains(
                        "vc_syncer_write_seconds_bucket{le=\"0.005\"} 0",
                        "vc_syncer_write_seconds_bucket{le=\"0.01\"} 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Writes", "writes-made", "1writes", "writes__made"})
    void refusesOtherNames(String name) {
        assertThatThrownBy(() -> meters.counter(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void addsTheVirtualMachineOnRequest() {
        try (Meters withJvm = Meters.of("agent").withJvm()) {
            assertThat(withJvm.scrape()).contains("jvm_memory_used_bytes", "process_cpu_usage");
        }
    }
}
