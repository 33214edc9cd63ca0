// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IdleMemoryTest {
    private static final long MIB = 1L << 20;
    private static final int MINUTE = 12;

    private final AtomicLong allocated = new AtomicLong();
    private final AtomicLong committed = new AtomicLong(40 * MIB);
    private final AtomicInteger collections = new AtomicInteger();
    private final IdleMemory memory = new IdleMemory(allocated::get, committed::get, () -> {
        collections.incrementAndGet();
        committed.set(30 * MIB);
    });

    @Test
    void collectsOnceAfterTheStart() {
        quietPeriods(3 * MINUTE);

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
    void collectsAfterASecondBurstOfTheSameSize() {
        quietPeriods(2);
        committed.set(40 * MIB);
        quietPeriods(2);
        assertThat(collections).as("within the minute").hasValue(1);

        quietPeriods(MINUTE);
        assertThat(collections).hasValue(2);
    }

    @Test
    void leavesAHeapAloneThatHasGrownByLittle() {
        quietPeriods(2);
        committed.addAndGet(MIB);
        quietPeriods(3 * MINUTE);

        assertThat(collections).hasValue(1);
    }

    @Test
    void seesGrowthAfterTheVirtualMachineHasShrunkTheHeapItself() {
        committed.set(30 * MIB);
        quietPeriods(2);
        committed.set(20 * MIB);
        quietPeriods(1);
        committed.set(30 * MIB);
        quietPeriods(MINUTE);

        assertThat(collections).hasValue(2);
    }

    @Test
    void looksThroughAHeapThatWasTurnedOverWithoutGrowing() {
        quietPeriods(2);
        allocated.addAndGet(200 * MIB);
        memory.look();
        quietPeriods(MINUTE);

        assertThat(collections).hasValue(2);
    }

    @Test
    void callsALargeHeapQuietByItsOwnMeasure() {
        committed.set(400 * MIB);
        for (int i = 0; i < 2; i++) {
            allocated.addAndGet(20 * MIB);
            memory.look();
        }

        assertThat(collections).hasValue(1);
    }

    private void quietPeriods(int count) {
        for (int i = 0; i < count; i++) {
            allocated.addAndGet(MIB / 2);
            memory.look();
        }
    }
}
