// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.testing.LoopbackServer;
import dev.virtualcluster.syncer.testing.PaperTenant;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
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
        assertThat(binding.begins(TENANT, UNBOUND, "n1")).isFalse();
    }

    @Test
    void bindsAgainAtOnceWhenItFailed() throws IOException {
        // Given
        Queue<Integer> answers = new ConcurrentLinkedQueue<>(List.of(500, 201));
        AtomicInteger posts = new AtomicInteger();
        Pod pod = pod(null)
                .editMetadata()
                .withNamespace("shop")
                .withName("web")
                .endMetadata()
                .build();
        try (LoopbackServer loopback = new LoopbackServer()) {
            loopback.server().createContext("/api/v1/namespaces/shop/pods/web/binding", exchange -> {
                posts.incrementAndGet();
                exchange.sendResponseHeaders(requireNonNull(answers.remove()), -1);
                exchange.close();
            });
            Tenant tenant = new PaperTenant(loopback.client("tenant"));

            // When
            assertThatThrownBy(() -> binding.bind(tenant, pod, "n1")).isInstanceOf(KubernetesClientException.class);
            binding.bind(tenant, pod, "n1");
            binding.bind(tenant, pod, "n1");
        }

        // Then
        assertThat(posts).as("one that failed, one that did not").hasValue(2);
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
