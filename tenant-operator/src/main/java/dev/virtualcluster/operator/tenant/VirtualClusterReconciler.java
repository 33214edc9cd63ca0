// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.operator.addons.AddOnInstaller;
import dev.virtualcluster.operator.address.Reservations;
import dev.virtualcluster.operator.address.SliceClaims;
import dev.virtualcluster.operator.agents.AgentAuthorityStore;
import dev.virtualcluster.operator.apply.Applier;
import dev.virtualcluster.operator.apply.Parallel;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.caches.SuperCaches;
import dev.virtualcluster.operator.controlplane.Completion;
import dev.virtualcluster.operator.credentials.CredentialStore;
import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.operator.status.Outcome;
import dev.virtualcluster.operator.status.Report;
import dev.virtualcluster.operator.status.StatusWriter;
import dev.virtualcluster.operator.teardown.Teardown;
import dev.virtualcluster.operator.versions.ClusterVersionCatalog;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.reconcile.Reconciler;
import dev.virtualcluster.runtime.reconcile.Result;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one VirtualCluster in line: provisions it, or takes it apart when it is being deleted. Level-triggered: every
 * call looks at everything, so a process that was killed anywhere goes on from what the API server holds.
 */
public final class VirtualClusterReconciler implements Reconciler<ObjectKey> {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualClusterReconciler.class);

    private final ObjectCache<VirtualCluster> cache;
    private final SuperWrites writes;
    private final Provisioning provisioning;
    private final Teardown teardown;
    private final StatusWriter status;
    private final TimeToReady timeToReady;
    private final Failures failures = new Failures(System::nanoTime);
    /** Own writes that the watch may not show yet. */
    private final Map<ObjectKey, VirtualCluster> written = new ConcurrentHashMap<>();

    /** Reconciles what {@code cache} holds. */
    VirtualClusterReconciler(
            ObjectCache<VirtualCluster> cache,
            SuperWrites writes,
            Provisioning provisioning,
            Teardown teardown,
            StatusWriter status,
            TimeToReady timeToReady) {
        this.cache = cache;
        this.writes = writes;
        this.provisioning = provisioning;
        this.teardown = teardown;
        this.status = status;
        this.timeToReady = timeToReady;
    }

    /** Wires the parts of a tenant's way. */
    public static VirtualClusterReconciler of(
            String superDomain,
            KubernetesClient client,
            KubernetesSerialization serialization,
            SuperCaches caches,
            SuperWrites writes,
            ClusterVersionCatalog versions,
            Reservations reservations,
            SliceClaims slices,
            CredentialStore credentials,
            AgentAuthorityStore agents,
            AddOnInstaller addOns,
            Teardown teardown,
            StatusWriter status,
            Parallel parallel,
            Meters meters,
            InstantSource clock) {
        var namespaces = new Applier<>(writes, caches.namespaces(), serialization, System::nanoTime);
        var sets = new Applier<>(writes, caches.statefulSets(), serialization, System::nanoTime);
        var services = new Applier<>(writes, caches.services(), serialization, System::nanoTime);
        var provisioning = new Provisioning(
                caches,
                versions,
                new RootNamespace(client, writes, namespaces),
                slices,
                credentials,
                agents,
                new ControlPlane(
                        caches,
                        new Completion(serialization),
                        sets,
                        services,
                        reservations,
                        new PodCreation(client, clock),
                        clock),
                addOns,
                parallel,
                superDomain);
        return new VirtualClusterReconciler(
                caches.virtualClusters(), writes, provisioning, teardown, status, new TimeToReady(meters, clock));
    }

    @Override
    public Result reconcile(String tenantName, ObjectKey key) throws InterruptedException {
        var vc = newest(key);
        if (vc == null) {
            failures.ended(key);
            return Result.done();
        }
        Tenant tenant;
        try {
            tenant = Tenant.of(vc);
        } catch (IllegalArgumentException e) {
            return refuse(key, vc, String.valueOf(e.getMessage()));
        }
        try {
            var result =
                    vc.getMetadata().getDeletionTimestamp() == null ? provision(tenant, key) : tearDown(tenant, key);
            failures.ended(key);
            return result;
        } catch (RuntimeException e) {
            tell(tenant, key, e);
            throw e;
        }
    }

    /** Whoever looks at the VirtualCluster alone must see that nothing goes on. Does not add a failure to the failure. */
    private void tell(Tenant tenant, ObjectKey key, RuntimeException failure) {
        try {
            var vc = newest(key);
            if (vc == null) {
                return;
            }
            var before = vc.getStatus();
            var outcome = failures.failed(key, failure, before != null && before.getPhase() != null);
            if (outcome.isEmpty()) {
                return;
            }
            remember(
                    key,
                    vc.getMetadata().getDeletionTimestamp() == null
                            ? status.write(vc, tenant.rootNamespace(), brokenOff(tenant.seenAs(vc), outcome.get()))
                            : status.writeDeleting(vc, outcome.get()));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private Report brokenOff(Tenant tenant, Outcome outcome) {
        var report = new Report();
        try {
            provisioning.observe(tenant, report);
        } catch (RuntimeException e) {
            // Most often what has failed before; that it fails is told all the same.
            LOG.atDebug().addKeyValue(LogKeys.ERROR, e.getMessage()).log("what runs cannot be looked at either");
        }
        var before = tenant.vc().getStatus();
        report.breakOff(outcome, before == null ? List.of() : before.getConditions());
        return report;
    }

    private Result provision(Tenant seen, ObjectKey key) throws InterruptedException {
        var tenant = seen.seenAs(remember(key, withFinalizer(seen.vc())));
        var report = new Report();
        try {
            provisioning.look(tenant, report);
        } catch (KubernetesClientException e) {
            if (!Refusals.isForPeople(e)) {
                throw e;
            }
            report.refuseSpecification(Refusals.outcome(e));
        }
        var after = remember(key, status.write(tenant.vc(), tenant.rootNamespace(), report));
        timeToReady.noticed(tenant.vc(), after);
        return report.nextLook().map(Result::requeueAfter).orElseGet(Result::done);
    }

    private Result tearDown(Tenant seen, ObjectKey key) throws InterruptedException {
        var meta = seen.vc().getMetadata();
        if (!meta.getFinalizers().contains(Keys.TEARDOWN_FINALIZER)) {
            provisioning.forget(seen);
            written.remove(key);
            return Result.done();
        }
        var outcome = advance(seen);
        if (outcome.isEmpty()) {
            provisioning.forget(seen);
            written.remove(key);
            return Result.done();
        }
        remember(key, status.writeDeleting(seen.vc(), outcome.get()));
        return outcome.get().nextLook().map(Result::requeueAfter).orElseGet(Result::done);
    }

    private Optional<Outcome> advance(Tenant seen) throws InterruptedException {
        try {
            return teardown.advance(seen);
        } catch (KubernetesClientException e) {
            if (!Refusals.isForPeople(e)) {
                throw e;
            }
            return Optional.of(Refusals.removal(e));
        }
    }

    /** Nothing was ever made for it, so nothing has to be taken apart. */
    private Result refuse(ObjectKey key, VirtualCluster vc, String problem) {
        if (vc.getMetadata().getDeletionTimestamp() == null) {
            remember(
                    key,
                    status.writeRefused(vc, Outcome.blocked("InvalidName", problem + ": create it under another")));
        }
        return Result.rejected(problem);
    }

    private VirtualCluster withFinalizer(VirtualCluster vc) {
        var meta = vc.getMetadata();
        if (meta.getFinalizers().contains(Keys.TEARDOWN_FINALIZER)) {
            return vc;
        }
        var finalizers = new ArrayList<>(meta.getFinalizers());
        finalizers.add(Keys.TEARDOWN_FINALIZER);
        return writes.merge(
                vc, Map.of("metadata", Map.of("resourceVersion", meta.getResourceVersion(), "finalizers", finalizers)));
    }

    private VirtualCluster remember(ObjectKey key, VirtualCluster vc) {
        written.put(key, vc);
        return vc;
    }

    private @org.jspecify.annotations.Nullable VirtualCluster newest(ObjectKey key) {
        var cached = cache.get(key);
        var own = written.get(key);
        if (cached == null) {
            written.remove(key);
            return null;
        }
        if (own == null
                || !own.getMetadata().getUid().equals(cached.getMetadata().getUid())) {
            return cached;
        }
        return version(own) > version(cached) ? own : cached;
    }

    private static long version(VirtualCluster vc) {
        try {
            return Long.parseLong(vc.getMetadata().getResourceVersion());
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
