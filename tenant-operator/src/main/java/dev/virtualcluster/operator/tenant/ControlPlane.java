// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import dev.virtualcluster.operator.address.Reservations;
import dev.virtualcluster.operator.apply.Applier;
import dev.virtualcluster.operator.caches.SuperCaches;
import dev.virtualcluster.operator.controlplane.Completion;
import dev.virtualcluster.operator.controlplane.ControlPlaneTemplates;
import dev.virtualcluster.operator.controlplane.Part;
import dev.virtualcluster.operator.controlplane.TenantFacts;
import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.operator.status.Outcome;
import dev.virtualcluster.operator.status.PodDiagnosis;
import dev.virtualcluster.operator.status.Report;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Applies a tenant's StatefulSets and Services, and says how its parts are. */
final class ControlPlane {
    private final SuperCaches caches;
    private final Completion completion;
    private final Applier<StatefulSet> statefulSets;
    private final Applier<Service> services;
    private final Reservations reservations;
    private final PodCreation creation;
    private final InstantSource clock;

    ControlPlane(
            SuperCaches caches,
            Completion completion,
            Applier<StatefulSet> statefulSets,
            Applier<Service> services,
            Reservations reservations,
            PodCreation creation,
            InstantSource clock) {
        this.caches = caches;
        this.completion = completion;
        this.statefulSets = statefulSets;
        this.services = services;
        this.reservations = reservations;
        this.creation = creation;
        this.clock = clock;
    }

    /** The objects of this tenant; the API server's Service, which needs the slice, is the last. */
    List<HasMetadata> objects(ControlPlaneTemplates templates, TenantFacts facts) {
        var objects = completion.complete(templates, facts);
        return objects.stream()
                .sorted(java.util.Comparator.comparing(ControlPlane::needsSlice))
                .toList();
    }

    /** Why a tenant that runs cannot become what the templates say; empty when nothing is known against it. */
    Optional<Outcome> whyNot(
            Tenant tenant,
            ControlPlaneTemplates templates,
            Optional<String> runningVersion,
            Optional<String> appliedVersion) {
        var etcd = current(tenant, Part.ETCD).flatMap(set -> UpgradeRules.whyNot(set, templates));
        return etcd.or(() -> current(tenant, Part.API_SERVER)
                .flatMap(set -> runningVersion.flatMap(
                        version -> UpgradeRules.whyNot(set, version, appliedVersion, templates))));
    }

    /** Whether there is an API server and the templates replace it by another one. */
    boolean isApiServerReplaced(Tenant tenant, ControlPlaneTemplates templates) {
        return current(tenant, Part.API_SERVER)
                .filter(set -> UpgradeRules.isOtherImage(set, templates))
                .isPresent();
    }

    /** The image that the tenant's API server runs, or is on its way to; empty when there is none yet. */
    Optional<String> apiServerImage(Tenant tenant) {
        return current(tenant, Part.API_SERVER).map(UpgradeRules::image);
    }

    /** How many members the tenant's etcd has; empty when there is none yet. */
    Optional<Integer> etcdMembers(Tenant tenant) {
        return current(tenant, Part.ETCD).map(Completion::etcdMembers);
    }

    /** Whether an object is there and is to be changed. */
    boolean isChange(HasMetadata object) {
        return switch (object) {
            case StatefulSet set -> statefulSets.isChange(set);
            case Service service -> services.isChange(service);
            default -> false;
        };
    }

    /** Asks whether an object that is there may be changed so, and changes nothing. */
    void rehearse(HasMetadata object) {
        switch (object) {
            case StatefulSet set -> statefulSets.rehearse(set);
            case Service service -> services.rehearse(service);
            default -> throw new IllegalArgumentException("no part of a control plane: " + object.getKind());
        }
    }

    /** Whether an object can be applied only when the slice is declared. */
    static boolean needsSlice(HasMetadata object) {
        return object instanceof Service && partOf(object) == Part.API_SERVER;
    }

    /** The part that a new object waits for before it is created; empty when its time has come. */
    Optional<Part> waitsFor(Tenant tenant, HasMetadata object, ControlPlaneTemplates templates) {
        if (!(object instanceof StatefulSet set) || statefulSets.current(ObjectKey.of(set)) != null) {
            return Optional.empty();
        }
        return obstacle(tenant, partOf(object), templates);
    }

    private Optional<Part> obstacle(Tenant tenant, Part part, ControlPlaneTemplates templates) {
        return StartOrder.before(part, templates).filter(before -> !isCallable(tenant, before, templates));
    }

    private boolean isCallable(Tenant tenant, Part part, ControlPlaneTemplates templates) {
        // The API server is called at its Service's address, which waits for the slice.
        return (part != Part.API_SERVER || apiServerService(tenant).isPresent())
                && StartOrder.isOnItsWay(
                        part, templates.replicas(part), caches.pods().list(tenant.rootNamespace()));
    }

    /** The part that an object belongs to. */
    static Part partOf(HasMetadata object) {
        String name = object.getMetadata().getLabels().get(Completion.PART_LABEL);
        return Stream.of(Part.values())
                .filter(part -> part.objectName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    void apply(Tenant tenant, HasMetadata object, TenantFacts facts) {
        switch (object) {
            case StatefulSet set -> statefulSets.apply(set);
            case Service service -> {
                if (needsSlice(service) && services.current(ObjectKey.of(service)) == null) {
                    // The address is reserved for this very Service: it cannot be had while the reservation stands.
                    reservations.release(tenant, facts.apiServerAddress());
                }
                services.apply(service);
            }
            default -> throw new IllegalArgumentException("no part of a control plane: " + object.getKind());
        }
    }

    /** The API server's Service as it is. */
    Optional<Service> apiServerService(Tenant tenant) {
        return Optional.ofNullable(services.current(apiServerServiceKey(tenant)));
    }

    /** Who took the API server's address between its release and the Service that it was released for. */
    Optional<String> addressThief(Tenant tenant, TenantFacts facts) {
        return reservations.otherHolder(tenant, facts.apiServerAddress(), apiServerServiceKey(tenant));
    }

    private static ObjectKey apiServerServiceKey(Tenant tenant) {
        return new ObjectKey(tenant.rootNamespace(), dev.virtualcluster.apis.Keys.API_SERVER_SERVICE);
    }

    /** Adds how each part is to the report; without templates every part is expected. */
    void observe(Tenant tenant, Optional<ControlPlaneTemplates> templates, Report report) {
        for (Part part : Part.values()) {
            boolean expected = templates.map(known -> known.has(part)).orElse(true);
            report.put(
                    part.conditionType(),
                    expected
                            ? state(tenant, part, templates, report)
                            : Outcome.ready("NotManaged", "The ClusterVersion does not describe it"));
        }
    }

    /** Forgets a tenant that is gone. */
    void forget(Tenant tenant) {
        statefulSets.forget(tenant.rootNamespace());
        services.forget(tenant.rootNamespace());
    }

    private Outcome state(Tenant tenant, Part part, Optional<ControlPlaneTemplates> templates, Report report) {
        var known = current(tenant, part);
        if (known.isEmpty()) {
            return Outcome.waiting(
                    "NotCreated",
                    part.title() + " is not created yet"
                            + templates
                                    .flatMap(found -> obstacle(tenant, part, found))
                                    .map(before ->
                                            ": it waits until what it calls is on its way, " + before.objectName())
                                    .orElse(""));
        }
        var set = known.get();
        int wanted = Objects.requireNonNullElse(set.getSpec().getReplicas(), 1);
        var pods = pods(tenant, part);
        int ready = Math.max((int) pods.stream().filter(PodDiagnosis::isReady).count(), readyBySet(set));
        if (isRollingOut(set)) {
            report.rollingOut(part.conditionType());
        }
        if (ready >= wanted) {
            return Outcome.ready(
                    "Running", part.title() + " runs with " + wanted + (wanted == 1 ? " replica" : " replicas"));
        }
        if (pods.isEmpty()) {
            return creation.whyMissing(part, set);
        }
        var missing = PodDiagnosis.of(part.title(), pods, clock.instant());
        if (ready < part.needed(wanted)) {
            return missing;
        }
        // What still counts as starting may be somebody's to mend by then, and no watch tells.
        missing.nextLook().ifPresent(report::lookAgainAfter);
        return degraded(part, ready, wanted, missing);
    }

    /** It works, and the tenant is served; what the others lack is told where somebody must act. */
    static Outcome degraded(Part part, int ready, int wanted, Outcome missing) {
        String words = part.title() + " runs with " + ready + " of " + wanted + " replicas";
        return Outcome.ready("Degraded", missing instanceof Outcome.Blocked ? words + ": " + missing.message() : words);
    }

    private Optional<StatefulSet> current(Tenant tenant, Part part) {
        return Optional.ofNullable(statefulSets.current(new ObjectKey(tenant.rootNamespace(), part.objectName())));
    }

    private List<Pod> pods(Tenant tenant, Part part) {
        return caches.pods().list(tenant.rootNamespace()).stream()
                .filter(pod ->
                        part.objectName().equals(pod.getMetadata().getLabels().get(Completion.PART_LABEL)))
                .toList();
    }

    private static int readyBySet(StatefulSet set) {
        var status = set.getStatus();
        return status != null && isObserved(set) ? Objects.requireNonNullElse(status.getReadyReplicas(), 0) : 0;
    }

    private static boolean isObserved(StatefulSet set) {
        return set.getStatus() != null
                && Objects.equals(
                        set.getStatus().getObservedGeneration(),
                        set.getMetadata().getGeneration());
    }

    /** Whether the controller is still replacing pods, or has not seen yet that it should. */
    private static boolean isRollingOut(StatefulSet set) {
        var status = set.getStatus();
        if (status == null || !replacesAll(set)) {
            return false;
        }
        return !isObserved(set)
                || (status.getUpdateRevision() != null
                        && status.getCurrentRevision() != null
                        && !status.getUpdateRevision().equals(status.getCurrentRevision()));
    }

    /** Not where a template leaves it to a person, for all pods or for some. */
    private static boolean replacesAll(StatefulSet set) {
        var strategy = set.getSpec().getUpdateStrategy();
        if (strategy == null) {
            return true;
        }
        var rolling = strategy.getRollingUpdate();
        return !"OnDelete".equals(strategy.getType())
                && (rolling == null || Objects.requireNonNullElse(rolling.getPartition(), 0) == 0);
    }
}
