// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PodBindingTest {
    private static final String TENANT = "default-0aa177-a";
    private static final Pod UNBOUND = pod(null).build();

    private final AtomicLong nanos = new AtomicLong();
    private final PodBinding binding = new PodBinding(nanos::get);

    private static PodBuilder pod(@Nullable String node) {
        return new PodBuilder(RecentWritesTest.pod("1", "100"))
                .withNewSpec()
                .withNodeName(node)
                .endSpec()
                .withNewStatus()
                .withPhase("Pending")
                .endStatus();
    }

    private static PodBuilder bound(@Nullable String node) {
        return pod(node)
                .editStatus()
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("True")
                .endCondition()
                .endStatus();
    }

    @Test
    void bindsOnce() {
        assertThat(binding.begins(TENANT, UNBOUND, "n1")).isTrue();
        nanos.incrementAndGet();
        assertThat(binding.begins(TENANT, UNBOUND, "n1")).isFalse();
    }

    @Test
    void knowsItsBindingAgain() {
        Pod bound = bound("n1").build();
        assertThat(binding.isEcho(TENANT, UNBOUND, bound)).isFalse();

        assertThat(binding.begins(TENANT, UNBOUND, "n1")).isTrue();
        assertThat(binding.isEcho(TENANT, UNBOUND, bound)).isTrue();
        assertThat(binding.isEcho(TENANT, bound, bound)).isFalse();
        assertThat(binding.isEcho("default-0aa177-b", UNBOUND, bound)).isFalse();

        nanos.addAndGet(RecentWrites.PATIENCE.plusSeconds(1).toNanos());
        assertThat(binding.isEcho(TENANT, UNBOUND, bound)).isFalse();
    }

    @Test
    void doesNotTakeForItsOwnWhatTheTenantDid() {
        assertThat(binding.begins(TENANT, UNBOUND, "n1")).isTrue();

        assertThat(binding.isEcho(TENANT, UNBOUND, bound("n2").build())).isFalse();
        Pod overwritten =
                bound("n1").editStatus().withReason("Overwritten").endStatus().build();
        assertThat(binding.isEcho(TENANT, UNBOUND, overwritten)).isFalse();
    }

    @Test
    void callsAPodUntouchedUntilSomebodyHasSaidSomethingAboutIt() {
        assertThat(PodLife.isUntouched(UNBOUND)).isTrue();
        assertThat(PodLife.isUntouched(pod("n1").build())).isFalse();
        assertThat(PodLife.isUntouched(bound(null).build())).isFalse();
        assertThat(PodLife.isUntouched(
                        pod(null).editStatus().withReason("Evicted").endStatus().build()))
                .isFalse();
        assertThat(PodLife.isUntouched(pod(null)
                        .editMetadata()
                        .withDeletionTimestamp("2026-11-01T10:00:00Z")
                        .endMetadata()
                        .build()))
                .isFalse();
    }
}
