// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.status;

import dev.virtualcluster.apis.Condition;
import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.Phases;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.apis.VirtualClusterStatus;
import dev.virtualcluster.operator.apply.SuperWrites;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one place that writes a VirtualCluster's status. Writes only what differs, only against the version it was
 * derived from, and leaves other writers' conditions as they are. Safe for any thread.
 */
public final class StatusWriter {
    private final SuperWrites writes;
    private final EventRecorder events;
    private final KubernetesSerialization serialization;
    private final InstantSource clock;

    /** Writes through {@code writes} and tells changes of the summary as events. */
    public StatusWriter(
            SuperWrites writes, EventRecorder events, KubernetesSerialization serialization, InstantSource clock) {
        this.writes = writes;
        this.events = events;
        this.serialization = serialization;
        this.clock = clock;
    }

    /** Writes what the report says; returns the VirtualCluster as it then is. */
    public VirtualCluster write(VirtualCluster vc, String rootNamespace, Report report) {
        var before = status(vc);
        var conditions = new Conditions(before, vc.getMetadata().getGeneration(), now());
        for (String aspect : Report.ASPECTS) {
            conditions.set(aspect, report.outcome(aspect), report.reached(aspect));
        }
        var summary = report.summary();
        conditions.set(ConditionTypes.READY, summary, true);
        var upToDate = report.upToDate();
        conditions.set(
                ConditionTypes.UP_TO_DATE,
                upToDate.orElseGet(() -> Outcome.waiting("Waiting", "Nothing could be applied yet")),
                upToDate.isPresent());
        report.externalAccess().ifPresent(access -> conditions.set(ConditionTypes.EXTERNAL_ACCESS, access, true));
        var after = new HashMap<String, @Nullable Object>();
        after.put("phase", phase(before, summary, report));
        after.put("clusterNamespace", rootNamespace);
        after.put("serviceCidr", report.slice().orElse(before.getServiceCidr()));
        after.put("kubernetesVersion", report.kubernetesVersion().orElse(before.getKubernetesVersion()));
        after.put("apiServerEndpoint", endpoint(report, before));
        after.put("readyTime", readyTime(before, summary));
        // Of a virtual cluster that runs, what was refused is the news.
        var told = summary.isReady()
                ? upToDate.filter(Outcome.Blocked.class::isInstance).orElse(summary)
                : summary;
        return write(vc, told, summary, after, conditions);
    }

    /** Writes that a VirtualCluster is being torn down and what that waits for. */
    public VirtualCluster writeDeleting(VirtualCluster vc, Outcome outcome) {
        var before = status(vc);
        var conditions = new Conditions(before, vc.getMetadata().getGeneration(), now());
        conditions.set(ConditionTypes.READY, outcome, true);
        var after = new HashMap<String, @Nullable Object>();
        after.put("phase", Phases.DELETING);
        return write(vc, outcome, outcome, after, conditions);
    }

    /** Writes that the VirtualCluster cannot be followed at all. */
    public VirtualCluster writeRefused(VirtualCluster vc, Outcome outcome) {
        var before = status(vc);
        var conditions = new Conditions(before, vc.getMetadata().getGeneration(), now());
        conditions.set(ConditionTypes.READY, outcome, true);
        var after = new HashMap<String, @Nullable Object>();
        after.put("phase", Phases.ERROR);
        // Whatever stands there was not written by us, and nobody must believe it.
        after.put("clusterNamespace", null);
        return write(vc, outcome, outcome, after, conditions);
    }

    private VirtualCluster write(
            VirtualCluster vc,
            Outcome told,
            Outcome summary,
            Map<String, @Nullable Object> after,
            Conditions conditions) {
        var meta = vc.getMetadata();
        after.put("reason", told.reason());
        after.put("message", told.message());
        after.put("observedGeneration", meta.getGeneration());
        after.put("conditions", conditions.list());
        if (same(status(vc), after)) {
            return vc;
        }
        var patch = Map.of("metadata", Map.of("resourceVersion", meta.getResourceVersion()), "status", after);
        var written = writes.mergeSubresource(vc, "status", patch);
        boolean isRefused = told instanceof Outcome.Blocked && conditions.hasChanged(ConditionTypes.UP_TO_DATE);
        if (conditions.hasChanged(ConditionTypes.READY) || isRefused) {
            // One event for one thing: what was refused is no news again when the tenant becomes ready without it.
            events.record(vc, isRefused ? told : summary);
        }
        return written;
    }

    private boolean same(VirtualClusterStatus before, Map<String, @Nullable Object> after) {
        Map<?, ?> old = serialization.convertValue(before, Map.class);
        Map<?, ?> wanted = serialization.convertValue(after, Map.class);
        return wanted.entrySet().stream().allMatch(entry -> Objects.equals(entry.getValue(), old.get(entry.getKey())));
    }

    private static String phase(VirtualClusterStatus before, Outcome summary, Report report) {
        boolean wasRunning = Phases.RUNNING.equals(before.getPhase()) || Phases.UPDATING.equals(before.getPhase());
        return switch (summary) {
            case Outcome.Ready ready -> wasRunning && report.isRollingOut() ? Phases.UPDATING : Phases.RUNNING;
            case Outcome.Waiting waiting -> wasRunning && report.isRollingOut() ? Phases.UPDATING : Phases.PENDING;
            case Outcome.Blocked blocked -> Phases.ERROR;
        };
    }

    /** Written once: phase and conditions only tell how things are now. */
    private @Nullable String readyTime(VirtualClusterStatus before, Outcome summary) {
        return before.getReadyTime() == null && summary.isReady() ? now().toString() : before.getReadyTime();
    }

    private static @Nullable String endpoint(Report report, VirtualClusterStatus before) {
        return report.apiServerAddress()
                .map(address -> "https://" + (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":443")
                .orElse(before.getApiServerEndpoint());
    }

    private static VirtualClusterStatus status(VirtualCluster vc) {
        return vc.getStatus() == null ? new VirtualClusterStatus() : vc.getStatus();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** The conditions after: ours anew, everybody else's as they were, in a stable order. */
    private static final class Conditions {
        private final Map<String, Condition> before = new HashMap<>();
        private final List<Condition> after = new ArrayList<>();
        private final @Nullable Long generation;
        private final Instant now;

        Conditions(VirtualClusterStatus status, @Nullable Long generation, Instant now) {
            status.getConditions().forEach(condition -> before.put(condition.getType(), condition));
            after.addAll(status.getConditions());
            this.generation = generation;
            this.now = now;
        }

        void set(String type, Outcome outcome, boolean known) {
            var condition = new Condition();
            condition.setType(type);
            condition.setStatus(outcome.isReady() ? Condition.TRUE : known ? Condition.FALSE : Condition.UNKNOWN);
            condition.setReason(outcome.reason());
            condition.setMessage(outcome.message());
            condition.setObservedGeneration(generation);
            var old = before.get(type);
            condition.setLastTransitionTime(
                    old != null && old.getStatus().equals(condition.getStatus())
                            ? old.getLastTransitionTime()
                            : now.toString());
            after.removeIf(each -> each.getType().equals(type));
            after.add(condition);
        }

        List<Condition> list() {
            var sorted = new ArrayList<>(after);
            sorted.sort(java.util.Comparator.comparing(Condition::getType));
            return sorted;
        }

        boolean hasChanged(String type) {
            var old = before.get(type);
            return after.stream()
                    .filter(condition -> condition.getType().equals(type))
                    .anyMatch(condition -> old == null
                            || !Objects.equals(old.getStatus(), condition.getStatus())
                            || !Objects.equals(old.getReason(), condition.getReason())
                            || !words(old).equals(words(condition)));
        }

        private static String words(Condition condition) {
            String message = Objects.requireNonNullElse(condition.getMessage(), "");
            return message.startsWith(Report.GOES_ON) ? message.substring(Report.GOES_ON.length()) : message;
        }
    }
}
