// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentWritesTest {
    private static final Pod POD = pod("1", "100");
    private static final Pod OTHER = pod("2", "100");

    private final AtomicLong nanos = new AtomicLong();
    private final RecentWrites<String> writes = new RecentWrites<>(nanos::get);

    private static Pod pod(String uid, String version) {
        return new PodBuilder()
                .withNewMetadata()
                .withUid(uid)
                .withResourceVersion(version)
                .endMetadata()
                .build();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void knowsWhatWasWrittenToWhich() {
        writes.put(POD, "a");

        assertThat(writes.get(POD)).isEqualTo("a");
        assertThat(writes.get(OTHER)).isNull();
    }

    @Test
    void forgetsWhatIsOld() {
        writes.put(POD, "a");
        pass(RecentWrites.PATIENCE);
        assertThat(writes.get(POD)).isEqualTo("a");
        assertThat(writes.putIfAbsent(POD, "b")).isFalse();

        pass(Duration.ofNanos(1));
        assertThat(writes.get(POD)).isNull();
        assertThat(writes.putIfAbsent(POD, "b")).isTrue();
        assertThat(writes.get(POD)).isEqualTo("b");
    }

    @Test
    void sweepsWhatNobodyAsksFor() {
        writes.put(POD, "a");
        pass(RecentWrites.PATIENCE.plusSeconds(1));
        writes.put(OTHER, "b");

        assertThat(writes.size()).isEqualTo(1);
    }

    @Test
    void statusWaitsForTheEchoOfTheLastWriteAndNoLonger() {
        StatusWrites statuses = new StatusWrites(nanos::get);
        assertThat(statuses.wait(POD)).isZero();

        statuses.written(POD, 101);
        assertThat(statuses.wait(POD)).isEqualTo(Duration.ofSeconds(1));
        assertThat(statuses.wait(pod("1", "101"))).isZero();
        assertThat(statuses.wait(pod("1", "102"))).isZero();
        assertThat(statuses.wait(OTHER)).isZero();

        pass(RecentWrites.PATIENCE.plusSeconds(1));
        assertThat(statuses.wait(POD)).isZero();
    }
}
