// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.status;

import dev.virtualcluster.apis.Condition;
import dev.virtualcluster.apis.ConditionTypes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one look at a tenant found: an outcome per aspect, and facts for the status. Used by one thread. */
public final class Report {
    /** The operator's aspects, in the order in which one needs the other. */
    public static final List<String> ASPECTS = List.of(
            ConditionTypes.NAMESPACE_READY,
            ConditionTypes.ADDRESS_SLICE_READY,
            ConditionTypes.CERTIFICATES_READY,
            ConditionTypes.ETCD_READY,
            ConditionTypes.API_SERVER_READY,
            ConditionTypes.CONTROLLER_MANAGER_READY,
            ConditionTypes.ADD_ONS_READY);

    /** Before the words of a refusal that does not keep the tenant from running. */
    static final String GOES_ON = "Goes on with what runs; not applied: ";

    private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
    private @Nullable Outcome specification;
    private @Nullable Outcome failure;
    private @Nullable String slice;
    private @Nullable String apiServerAddress;
    private @Nullable String kubernetesVersion;
    private @Nullable Outcome externalAccess;
    private @Nullable Duration nextLook;
    private final Set<String> rollingOut = new TreeSet<>();
    private boolean applied;

    /** Records an aspect and returns whether it is ready. */
    public boolean put(String aspect, Outcome outcome) {
        outcomes.put(aspect, outcome);
        return outcome.isReady();
    }

    /** Records that what the user wrote (the VirtualCluster or its ClusterVersion) cannot be followed. */
    public void refuseSpecification(Outcome outcome) {
        specification = outcome;
    }

    /**
     * Records that the look broke off. What it did not reach counts as it stood {@code before} where that was as it should
     * be: a tenant that runs is not torn from service by an operator that fails.
     */
    public void breakOff(Outcome outcome, List<Condition> before) {
        failure = outcome;
        before.stream()
                .filter(condition -> ASPECTS.contains(condition.getType()))
                .filter(condition -> Condition.TRUE.equals(condition.getStatus()))
                .forEach(condition -> outcomes.putIfAbsent(
                        condition.getType(),
                        Outcome.ready(
                                Objects.requireNonNullElse(condition.getReason(), "Unchanged"),
                                Objects.requireNonNullElse(condition.getMessage(), ""))));
    }

    /** The slice that the tenant holds, and the address in it that is his API server's. */
    public void slice(String cidr, String apiServer) {
        slice = cidr;
        apiServerAddress = apiServer;
    }

    /** How the API server is reached from outside. The tenant is ready without. */
    public void externalAccess(Outcome outcome) {
        externalAccess = outcome;
    }

    /** The version that the tenant's API server reports. */
    public void kubernetesVersion(String version) {
        kubernetesVersion = version;
    }

    /** Somebody wants a look after this time although nothing changes; the soonest of all counts. */
    public void lookAgainAfter(Duration delay) {
        if (nextLook == null || delay.compareTo(nextLook) < 0) {
            nextLook = delay;
        }
    }

    /** Whether an aspect was looked at and is as it should be. */
    public boolean isReady(String aspect) {
        var outcome = outcomes.get(aspect);
        return outcome != null && outcome.isReady();
    }

    /** The part of this aspect runs, or should, but not yet as it was last applied. */
    public void rollingOut(String aspect) {
        rollingOut.add(aspect);
    }

    /** Whether the part of this aspect is on its way to what was last applied. */
    public boolean isRollingOut(String aspect) {
        return rollingOut.contains(aspect);
    }

    /** Everything that is asked for was accepted. */
    public void applied() {
        applied = true;
    }

    Optional<String> apiServerAddress() {
        return Optional.ofNullable(apiServerAddress);
    }

    Optional<String> slice() {
        return Optional.ofNullable(slice);
    }

    Optional<String> kubernetesVersion() {
        return Optional.ofNullable(kubernetesVersion);
    }

    Optional<Outcome> externalAccess() {
        return Optional.ofNullable(externalAccess);
    }

    boolean isRollingOut() {
        return !rollingOut.isEmpty();
    }

    /** The outcome of an aspect; one that was not reached waits for the first that is not ready. */
    Outcome outcome(String aspect) {
        var found = outcomes.get(aspect);
        return found != null
                ? found
                : Outcome.waiting("Waiting", "Waits for " + obstacle().orElse("its turn"));
    }

    /** Whether an aspect was looked at. */
    boolean reached(String aspect) {
        return outcomes.containsKey(aspect);
    }

    /**
     * The whole: ready when all aspects are; else why not, in the words of the first that is not. Where that one merely
     * waits, what it may wait for is the specification that was refused, or the look that broke off.
     */
    Outcome summary() {
        for (String aspect : ASPECTS) {
            var outcome = outcomes.get(aspect);
            if (outcome != null && !outcome.isReady()) {
                return outcome instanceof Outcome.Blocked
                        ? outcome
                        : hindrance().orElse(outcome);
            }
        }
        if (outcomes.keySet().containsAll(ASPECTS)) {
            return Outcome.ready("Ready", "The virtual cluster runs");
        }
        return hindrance().orElseGet(() -> Outcome.waiting("Waiting", "Waits for its turn"));
    }

    /** Whether what runs is what is asked for; empty when the look did not get so far. */
    Optional<Outcome> upToDate() {
        if (failure != null) {
            return Optional.of(failure).filter(Outcome.Blocked.class::isInstance);
        }
        if (specification != null) {
            return Optional.of(
                    summary().isReady()
                            ? Outcome.blocked(specification.reason(), GOES_ON + specification.message())
                            : specification);
        }
        if (!applied) {
            return Optional.empty();
        }
        return Optional.of(
                rollingOut.isEmpty()
                        ? Outcome.ready("Applied", "The control plane is as its ClusterVersion says")
                        : Outcome.waiting("RollingOut", "Not there yet: " + String.join(", ", rollingOut)));
    }

    /** The soonest time at which somebody wants to look again although nothing was seen to change. */
    public Optional<Duration> nextLook() {
        var looks = Stream.concat(outcomes.values().stream(), Optional.ofNullable(specification).stream());
        return Stream.concat(
                        looks.flatMap(outcome -> outcome.nextLook().stream()), Optional.ofNullable(nextLook).stream())
                .min(Duration::compareTo);
    }

    private Optional<Outcome> hindrance() {
        return Optional.ofNullable(failure != null ? failure : specification);
    }

    private Optional<String> obstacle() {
        if (failure != null) {
            return Optional.of("the operator's next look");
        }
        if (specification != null) {
            return Optional.of("a usable specification");
        }
        return outcomes.entrySet().stream()
                .filter(entry -> !entry.getValue().isReady())
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
