// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which statuses can wait. On its way to running, a pod's status changes in small steps that nobody acts on; most pods run
 * within a second. They are held back for a moment after the pod was scheduled, so that one write tells it all. Anything
 * that is not mere progress goes at once.
 */
final class StatusPace {
    private static final Duration PROGRESS = Duration.ofSeconds(2);
    private static final Set<String> ORDINARY = Set.of("ContainerCreating", "PodInitializing");

    private final InstantSource clock;

    StatusPace(InstantSource clock) {
        this.clock = clock;
    }

    /** How long to hold the status back; zero to write it now. */
    Duration wait(Pod source, Pod actual, PodStatus wanted) {
        if (!isProgress(source, wanted) || actual.getMetadata().getDeletionTimestamp() != null) {
            return Duration.ZERO;
        }
        Instant scheduled = scheduled(wanted);
        if (scheduled == null) {
            return Duration.ZERO;
        }
        Duration left = PROGRESS.minus(Duration.between(scheduled, clock.instant()));
        // More than the whole time left means that the clocks disagree.
        return left.isNegative() || left.compareTo(PROGRESS) > 0 ? Duration.ZERO : left;
    }

    private static boolean isProgress(Pod source, PodStatus wanted) {
        PodStatus was = source.getStatus();
        return "Pending".equals(wanted.getPhase())
                && (was == null || "Pending".equals(was.getPhase()))
                && Stream.of(wanted.getInitContainerStatuses(), wanted.getContainerStatuses())
                        .flatMap(java.util.List::stream)
                        .allMatch(StatusPace::isOrdinary);
    }

    private static boolean isOrdinary(ContainerStatus status) {
        ContainerStateWaiting waiting =
                status.getState() == null ? null : status.getState().getWaiting();
        boolean hasEnded = status.getState() != null && status.getState().getTerminated() != null;
        return (waiting == null || waiting.getReason() == null || ORDINARY.contains(waiting.getReason()))
                && !hasEnded
                && (status.getRestartCount() == null || status.getRestartCount() == 0);
    }

    private static @Nullable Instant scheduled(PodStatus status) {
        for (PodCondition condition : status.getConditions()) {
            if (condition.getType().equals("PodScheduled")
                    && condition.getStatus().equals("True")) {
                try {
                    return Instant.parse(condition.getLastTransitionTime());
                } catch (DateTimeParseException e) {
                    return null;
                }
            }
        }
        return null;
    }
}
