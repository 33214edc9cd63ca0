// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.status;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds out, from the pods of one part, why it is not ready. Pure functions. */
public final class PodDiagnosis {
    private static final Set<String> IMAGE_FAULTS =
            Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError");
    private static final Set<String> CONFIGURATION_FAULTS =
            Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");
    private static final String CRASHING = "CrashLoopBackOff";
    /** Parts that start together may give up once or twice before the one they need answers. */
    private static final int PATIENT_RESTARTS = 3;
    /** A pod whose volume is being made is unschedulable for a moment. */
    private static final Duration PATIENT_SCHEDULING = Duration.ofSeconds(10);

    /** From then on a start is slow. */
    private static final Duration PATIENT_START = Duration.ofMinutes(1);

    private static final String WHICH_STORAGE =
            "; is there a default StorageClass? (chart value controlPlane.etcd.persistence)";

    private PodDiagnosis() {}

    /** Whether a pod is ready and not on its way out. */
    public static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && condition(pod, "Ready")
                        .filter(condition -> "True".equals(condition.getStatus()))
                        .isPresent();
    }

    /** Why the part is not ready; what a person must change comes first. */
    public static Outcome of(String title, Collection<Pod> pods, Instant now) {
        if (pods.isEmpty()) {
            return Outcome.waiting("PodsMissing", title + "'s pods are not created yet");
        }
        return pods.stream()
                .map(pod -> fault(title, pod, now))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(() -> starting(title, pods, now));
    }

    /** Nothing is known against it; after a while a person should look for what cannot be seen from here. */
    private static Outcome starting(String title, Collection<Pod> pods, Instant now) {
        String message = title + " is starting";
        var slow = pods.stream()
                .filter(pod -> !isReady(pod) && pod.getMetadata().getCreationTimestamp() != null)
                .min(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()));
        if (slow.isEmpty()) {
            return Outcome.waiting("PodsNotReady", message);
        }
        var meta = slow.get().getMetadata();
        var patience = PATIENT_START.minus(Duration.between(Instant.parse(meta.getCreationTimestamp()), now));
        return patience.isPositive()
                ? Outcome.waiting("PodsNotReady", message, patience)
                : Outcome.waiting(
                        "PodsNotReady",
                        message + "; see kubectl -n " + meta.getNamespace() + " describe pod " + meta.getName()
                                + ", kubectl -n " + meta.getNamespace() + " logs " + meta.getName());
    }

    private static Optional<Outcome> fault(String title, Pod pod, Instant now) {
        var unscheduled = condition(pod, "PodScheduled")
                .filter(condition ->
                        "False".equals(condition.getStatus()) && "Unschedulable".equals(condition.getReason()));
        if (unscheduled.isPresent()) {
            return Optional.of(unscheduled(title, pod, unscheduled.get(), now));
        }
        var status = pod.getStatus();
        return status == null
                ? Optional.empty()
                : containers(status)
                        .map(container -> fault(title, pod, container))
                        .flatMap(Optional::stream)
                        .findFirst();
    }

    private static Outcome unscheduled(String title, Pod pod, PodCondition condition, Instant now) {
        String reason = String.valueOf(condition.getMessage());
        String message = title + "'s pod " + name(pod) + " cannot be scheduled: " + reason
                + (reason.contains("PersistentVolumeClaim") ? WHICH_STORAGE : "");
        var patience = PATIENT_SCHEDULING.minus(age(condition, now));
        return patience.isPositive()
                ? Outcome.waiting("Unschedulable", message, patience)
                : Outcome.blocked("Unschedulable", message);
    }

    private static Duration age(PodCondition condition, Instant now) {
        String since = condition.getLastTransitionTime();
        return since == null ? PATIENT_SCHEDULING : Duration.between(Instant.parse(since), now);
    }

    private static Optional<Outcome> fault(String title, Pod pod, ContainerStatus container) {
        var waiting = Optional.ofNullable(container.getState()).map(ContainerState::getWaiting);
        String reason = waiting.map(state -> state.getReason()).orElse("");
        String detail = waiting.map(state -> state.getMessage()).orElse("");
        String where = title + "'s pod " + name(pod) + " ";
        if (IMAGE_FAULTS.contains(reason)) {
            // The message changes between back-off and attempt; the reason said here does not.
            return Optional.of(Outcome.blocked(
                    "ImagePullFailed",
                    where + "cannot get the image " + container.getImage() + imageDetail(reason, detail)));
        }
        if (CONFIGURATION_FAULTS.contains(reason)) {
            return Optional.of(Outcome.blocked(reason, where + "cannot start " + container.getName() + ": " + detail));
        }
        if (CRASHING.equals(reason) && container.getRestartCount() >= PATIENT_RESTARTS) {
            return Optional.of(Outcome.blocked(
                    CRASHING, where + "crashes again and again: " + container.getName() + " " + lastEnd(container)));
        }
        return Optional.empty();
    }

    private static String imageDetail(String reason, String detail) {
        int text = detail.indexOf("ErrImagePull: ");
        if (text >= 0) {
            return ": " + detail.substring(text + "ErrImagePull: ".length());
        }
        return reason.equals("ImagePullBackOff") || detail.isEmpty() ? "" : ": " + detail;
    }

    private static String lastEnd(ContainerStatus container) {
        var end = Optional.ofNullable(container.getLastState()).map(ContainerState::getTerminated);
        return end.map(state -> "ended with exit code " + state.getExitCode() + text(", ", state.getReason())
                        + text(": ", state.getMessage()))
                .orElse("ends");
    }

    private static String text(String before, @Nullable String text) {
        return text == null || text.isEmpty() ? "" : before + text;
    }

    private static Stream<ContainerStatus> containers(PodStatus status) {
        return Stream.of(status.getInitContainerStatuses(), status.getContainerStatuses())
                .flatMap(List::stream);
    }

    private static Optional<PodCondition> condition(Pod pod, String type) {
        var status = pod.getStatus();
        return status == null
                ? Optional.empty()
                : status.getConditions().stream()
                        .filter(condition -> type.equals(condition.getType()))
                        .findFirst();
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getName();
    }
}
