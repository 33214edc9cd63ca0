// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.teardown;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * How a pod of a tenant that goes is ended: first with its own grace period, up to a bound; by force only when it has
 * outlived that. Judged by the pod's own times, so it makes no difference how long nobody looked. Pure functions.
 */
final class PodEnd {
    /** How long after its grace period a pod may still be there; its node is dead, or its kubelet. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private PodEnd() {}

    /** The grace period, in seconds, to delete the pod with now; empty when nothing is to be sent. */
    static OptionalLong graceToSend(Pod pod, Duration longest, Instant now) {
        ObjectMeta meta = pod.getMetadata();
        Long asked = meta.getDeletionGracePeriodSeconds();
        Long own = pod.getSpec().getTerminationGracePeriodSeconds();
        long grace = isOverdue(pod, now) ? 0 : Math.min(own == null ? Long.MAX_VALUE : own, longest.toSeconds());
        return meta.getDeletionTimestamp() == null || asked == null || asked > grace
                ? OptionalLong.of(grace)
                : OptionalLong.empty();
    }

    /** Whether the pod should be gone: the deletion timestamp of a pod is the time at which its grace period ends. */
    static boolean isOverdue(Pod pod, Instant now) {
        String end = pod.getMetadata().getDeletionTimestamp();
        return end != null && now.isAfter(Instant.parse(end).plus(PATIENCE));
    }

    /** Whether the pod was made later than that; the time of either may be unknown. */
    static boolean isMadeAfter(Pod pod, Instant then) {
        String made = pod.getMetadata().getCreationTimestamp();
        return made != null && Instant.parse(made).isAfter(then);
    }
}
