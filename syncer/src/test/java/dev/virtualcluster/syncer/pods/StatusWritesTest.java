// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static dev.virtualcluster.syncer.pods.RecentWritesTest.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StatusWritesTest {
    private static final String TENANT = "default-0aa177-a";
    private static final Pod POD = pod("1", "100");
    private static final Pod OTHER = pod("2", "100");
    private static final Pod SUPER = new PodBuilder(pod("9", "5"))
            .withNewStatus()
            .withPhase("Running")
            .endStatus()
            .build();

    private static final PodStatus WANTED = SUPER.getStatus();

    private final AtomicLong nanos = new AtomicLong();

    @Test
    void statusWaitsForTheEchoOfTheLastWriteAndNoLonger() {
        StatusWrites statuses = new StatusWrites(nanos::get);
        assertThat(statuses.wait(TENANT, POD, SUPER)).isZero();

        statuses.written(TENANT, POD, 101, WANTED);
        assertThat(statuses.wait(TENANT, POD, SUPER)).isEqualTo(Duration.ofSeconds(1));
        assertThat(statuses.wait(TENANT, pod("1", "101"), SUPER)).isZero();
        assertThat(statuses.wait(TENANT, pod("1", "102"), SUPER)).isZero();
        assertThat(statuses.wait(TENANT, OTHER, SUPER)).isZero();

        nanos.addAndGet(RecentWrites.PATIENCE.plusSeconds(1).toNanos());
        assertThat(statuses.wait(TENANT, POD, SUPER)).isZero();
    }

    @Test
    void theLastWordsOfAPodDoNotWait() {
        StatusWrites statuses = new StatusWrites(nanos::get);
        statuses.written(TENANT, POD, 101, WANTED);

        Pod deleted = new PodBuilder(SUPER)
                .editMetadata()
                .withDeletionTimestamp("2026-11-01T10:00:00Z")
                .endMetadata()
                .build();
        Pod ended = new PodBuilder(SUPER)
                .withNewStatus()
                .withPhase("Succeeded")
                .endStatus()
                .build();
        assertThat(statuses.wait(TENANT, POD, deleted)).isZero();
        assertThat(statuses.wait(TENANT, POD, ended)).isZero();
    }

    @Test
    void knowsItsOwnWriteAgainUnlessSomebodyWaitsForIt() {
        StatusWrites statuses = new StatusWrites(nanos::get);
        assertThat(statuses.isEcho(TENANT, running("101"))).isFalse();

        statuses.written(TENANT, POD, 101, WANTED);
        assertThat(statuses.isEcho(TENANT, running("101"))).isTrue();
        assertThat(statuses.isEcho(TENANT, running("102"))).isFalse();
        assertThat(statuses.isEcho("default-0aa177-b", running("101"))).isFalse();

        // Something else came by before the echo, and looks again when it comes.
        assertThat(statuses.wait(TENANT, POD, SUPER)).isPositive();
        assertThat(statuses.isEcho(TENANT, running("101"))).isFalse();
    }

    @Test
    void doesNotTakeForItsOwnWhatOthersWroteBesideIt() {
        StatusWrites statuses = new StatusWrites(nanos::get);
        statuses.written(TENANT, POD, 101, WANTED);

        Pod mixed = running("101");
        mixed.getStatus().setReason("Overwritten");
        assertThat(statuses.isEcho(TENANT, mixed)).isFalse();
        assertThat(statuses.isEcho(TENANT, pod("1", "101"))).isFalse();
    }

    private static Pod running(String version) {
        Pod pod = pod("1", version);
        pod.setStatus(new PodStatusBuilder().withPhase("Running").build());
        return pod;
    }
}
