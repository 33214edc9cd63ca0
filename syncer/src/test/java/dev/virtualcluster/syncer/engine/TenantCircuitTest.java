// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TenantCircuitTest {
    private long now = 1;
    private final TenantCircuit circuit = new TenantCircuit(() -> now);

    @Test
    void toleratesSingleFailures() {
        circuit.failed();
        circuit.failed();

        assertThat(circuit.ask().pause()).isZero();
        assertThat(circuit.ask().isProbe()).isFalse();
    }

    @Test
    void failuresFarApartAreForgotten() {
        for (int i = 0; i < 10; i++) {
            circuit.failed();
            pass(Duration.ofMinutes(2));
        }

        assertThat(circuit.ask().pause()).isZero();
    }

    @Test
    void silentTenantsKeysWaitAndOneWorkerProbes() {
        fail(3);
        assertThat(circuit.ask().pause()).isEqualTo(Duration.ofSeconds(1));

        pass(Duration.ofSeconds(1));

        assertThat(circuit.ask().isProbe()).as("the first one probes").isTrue();
        assertThat(circuit.ask().pause()).as("the others wait for him").isPositive();
    }

    @Test
    void answerOpensTheWayForAll() {
        fail(5);
        pass(Duration.ofSeconds(10));
        assertThat(circuit.ask().isProbe()).isTrue();

        circuit.answered();

        assertThat(circuit.ask().pause()).isZero();
        assertThat(circuit.ask().isProbe()).isFalse();
    }

    @Test
    void answerWhileClosedMakesFailuresForgotten() {
        for (int i = 0; i < 10; i++) {
            fail(2);
            circuit.answered();
        }

        assertThat(circuit.ask().pause()).isZero();
    }

    @Test
    void pausesGrowAndHaveAnEnd() {
        fail(4);
        assertThat(circuit.ask().pause()).isEqualTo(Duration.ofSeconds(2));

        fail(10);
        assertThat(circuit.ask().pause()).isEqualTo(Duration.ofSeconds(15));
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            circuit.failed();
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
