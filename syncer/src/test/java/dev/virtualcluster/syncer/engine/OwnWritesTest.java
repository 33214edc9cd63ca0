// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnWritesTest {
    private static final ObjectKey KEY = new ObjectKey("ns", "a");

    private final Map<ObjectKey, ConfigMap> cache = new HashMap<>();
    private long now;
    private final OwnWrites<ConfigMap> writes = new OwnWrites<>(cache::get, () -> now);

    @Test
    void showsAWriteBeforeTheWatchDoes() {
        cache.put(KEY, version(5));

        writes.put(version(7));

        assertThat(writes.newest(KEY)).isEqualTo(version(7));
    }

    @Test
    void recognisesTheEchoAndForgetsTheWrite() {
        writes.put(version(7));

        assertThat(writes.seen(KEY, cache.get(KEY), version(7))).isTrue();
        assertThat(writes.size()).isZero();
    }

    @Test
    void eventsBetweenReadAndWriteAreNothingNew() {
        writes.put(version(7));

        assertThat(writes.seen(KEY, cache.get(KEY), version(6))).isTrue();
        assertThat(writes.size()).as("the echo itself is still to come").isEqualTo(1);
    }

    @Test
    void changesOfOthersAreNoEcho() {
        writes.put(version(7));

        assertThat(writes.seen(KEY, cache.get(KEY), version(8))).isFalse();
        assertThat(writes.size()).isZero();
    }

    @Test
    void deletionIsNoEcho() {
        writes.put(version(7));

        assertThat(writes.seen(KEY, cache.get(KEY), null)).isFalse();
        assertThat(writes.newest(KEY)).isNull();
    }

    @Test
    void echoThatCameBeforeTheAnswerLeavesNothingBehind() {
        cache.put(KEY, version(7));

        writes.put(version(7));

        assertThat(writes.size()).isZero();
    }

    @Test
    void writeOfAnObjectThatWasDeletedMeanwhileDoesNotHauntForEver() {
        writes.put(version(7));

        now += Duration.ofSeconds(11).toNanos();

        assertThat(writes.newest(KEY)).isNull();
        assertThat(writes.size()).isZero();
    }

    @Test
    void endThatCameBeforeTheAnswerLeavesNoGhost() {
        // When: the watch has told of creation and deletion before the creation's answer is processed.
        writes.seen(KEY, null, version(7));
        writes.seen(KEY, version(7), null);
        writes.put(version(7));

        // Then
        assertThat(writes.newest(KEY)).isNull();
        assertThat(writes.size()).isZero();
    }

    @Test
    void writesAfterAnEndAreSeen() {
        writes.seen(KEY, version(7), null);

        writes.put(version(9));

        assertThat(writes.newest(KEY)).isEqualTo(version(9));
    }

    @Test
    void endsAreRememberedForAWhileAndInBoundedNumber() {
        for (int i = 0; i < OwnWrites.MAX_ENDS + 10; i++) {
            writes.seen(new ObjectKey("ns", "b" + i), version(7), null);
        }
        assertThat(writes.ends()).isEqualTo(OwnWrites.MAX_ENDS);

        now += Duration.ofSeconds(11).toNanos();
        writes.seen(KEY, version(7), null);

        assertThat(writes.ends()).isEqualTo(1);
    }

    private static ConfigMap version(int version) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName("a")
                .withResourceVersion(Integer.toString(version))
                .endMetadata()
                .build();
    }
}
