// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IgnoredWishesTest {
    @Test
    void tellsOfClassesAndSchedulersOfTheTenant() {
        var ignored = IgnoredWishes.of(pod("important", "my-scheduler"));

        assertThat(ignored).containsOnlyKeys("PriorityIgnored", "SchedulerIgnored");
        assertThat(ignored.get("PriorityIgnored")).contains("class important");
        assertThat(ignored.get("SchedulerIgnored")).contains("scheduler my-scheduler");
    }

    @Test
    void saysNothingAboutWhatEveryPodHas() {
        assertThat(IgnoredWishes.of(pod(null, "default-scheduler"))).isEmpty();
        assertThat(IgnoredWishes.of(pod("system-cluster-critical", "default-scheduler")))
                .isEmpty();
        assertThat(IgnoredWishes.of(pod("system-node-critical", null))).isEmpty();
    }

    @Test
    void tellsOfReadinessGatesThatAreNamedLikeKubernetesOwn() {
        Pod pod = new PodBuilder(pod(null, null))
                .editSpec()
                .addNewReadinessGate("Ready")
                .addNewReadinessGate("example.com/checked")
                .endSpec()
                .build();

        assertThat(IgnoredWishes.of(pod)).containsOnlyKeys("ReadinessGateIgnored");
    }

    private static Pod pod(@Nullable String priorityClass, @Nullable String scheduler) {
        return new PodBuilder()
                .withNewSpec()
                .withPriorityClassName(priorityClass)
                .withSchedulerName(scheduler)
                .endSpec()
                .build();
    }
}
