// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentWritesTest {
    private static final String TENANT = "default-0aa177-a";
    private static final Pod POD = pod("1", "100");
    private static final Pod OTHER = pod("2", "100");

    private final AtomicLong nanos = new AtomicLong();
    private final RecentWrites<String> writes = new RecentWrites<>(nanos::get);

    /** A pod as a cache may show it. */
    static Pod pod(String uid, String version) {
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
        writes.put(TENANT, POD, "a");

        assertThat(writes.get(TENANT, POD)).isEqualTo("a");
        assertThat(writes.get(TENANT, OTHER)).isNull();
        assertThat(writes.get("default-0fb1c9-b", POD)).isNull();
    }

    @Test
    void forgetsWhatIsOld() {
        writes.put(TENANT, POD, "a");
        pass(RecentWrites.PATIENCE);
        assertThat(writes.get(TENANT, POD)).isEqualTo("a");
        assertThat(writes.putIfAbsent(TENANT, POD, "b")).isFalse();

        pass(Duration.ofNanos(1));
        assertThat(writes.get(TENANT, POD)).isNull();
        assertThat(writes.putIfAbsent(TENANT, POD, "b")).isTrue();
        assertThat(writes.get(TENANT, POD)).isEqualTo("b");
    }

    @Test
    void takesTheFirstOfTwoThatComeInOneTickOfTheClock() {
        assertThat(writes.putIfAbsent(TENANT, POD, "a")).isTrue();
        assertThat(writes.putIfAbsent(TENANT, POD, "a")).isFalse();
    }

    @Test
    void sweepsWhatNobodyAsksFor() {
        writes.put(TENANT, POD, "a");
        pass(RecentWrites.PATIENCE.plusSeconds(1));
        writes.put(TENANT, OTHER, "b");

        assertThat(writes.size()).isEqualTo(1);
    }
}
