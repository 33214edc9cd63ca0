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
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which statuses can wait. On its way to running, a pod's status changes in small steps that nobody acts on; most pods run
 * within a second. They are held back for a moment after the pod was scheduled, so that one write tells it all. Anything
 * that is not mere progress goes at once.
 */
final class StatusPace {
    private static final Duration PROGRESS = Duration.ofSeconds(2);
    /** The same where all workers are busy, and between where some are: a write that can be spared helps most then. */
    private static final Duration PROGRESS_UNDER_LOAD = Duration.ofSeconds(20);

    private static final Set<String> ORDINARY = Set.of("ContainerCreating", "PodInitializing");

    private final InstantSource clock;
    private final DoubleSupplier load;

    /**
     * @param load how busy everybody is, from 0 to 1
     */
    StatusPace(InstantSource clock, DoubleSupplier load) {
        this.clock = clock;
        this.load = load;
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
        Duration pace = pace();
        Duration left = pace.minus(Duration.between(scheduled, clock.instant()));
        // More than the whole time left means that the clocks disagree.
        if (left.isNegative() || left.compareTo(pace) > 0) {
            return Duration.ZERO;
        }
        // The load may be gone sooner.
        return left.compareTo(PROGRESS) > 0 ? PROGRESS : left;
    }

    private Duration pace() {
        long more = PROGRESS_UNDER_LOAD.minus(PROGRESS).toMillis();
        return PROGRESS.plusMillis((long) (more * Math.clamp(load.getAsDouble(), 0, 1)));
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
