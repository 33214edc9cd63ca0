// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IdleMemoryTest {
    private static final long MIB = 1L << 20;

    private final AtomicLong allocated = new AtomicLong();
    private final AtomicLong committed = new AtomicLong(40 * MIB);
    private final AtomicInteger collections = new AtomicInteger();
    private final IdleMemory memory = new IdleMemory(allocated::get, committed::get, () -> {
        collections.incrementAndGet();
        committed.set(30 * MIB);
    });

    @Test
    void collectsOnceAfterTheStart() {
        quietPeriods(10);

        assertThat(collections).hasValue(1);
    }

    @Test
    void waitsUntilTheBurstIsOver() {
        for (int i = 0; i < 10; i++) {
            allocated.addAndGet(100 * MIB);
            memory.look();
        }
        assertThat(collections).as("while busy").hasValue(0);

        quietPeriods(1);
        assertThat(collections).as("a breath is no quiet").hasValue(0);

        quietPeriods(1);
        assertThat(collections).hasValue(1);
    }

    @Test
    void collectsAgainOnlyWhenTheHeapHasGrown() {
        quietPeriods(2);
        committed.addAndGet(MIB);
        quietPeriods(100);
        assertThat(collections).as("grown by little").hasValue(1);

        committed.addAndGet(50 * MIB);
        quietPeriods(2);
        assertThat(collections).hasValue(2);
    }

    private void quietPeriods(int count) {
        for (int i = 0; i < count; i++) {
            allocated.addAndGet(MIB / 2);
            memory.look();
        }
    }
}
