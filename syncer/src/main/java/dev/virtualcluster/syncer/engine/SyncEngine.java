// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.queue.FairQueue;
import dev.virtualcluster.runtime.queue.QueueConfig;
import dev.virtualcluster.runtime.reconcile.ReconcileLoop;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.config.SyncerConfig;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.requests.UnreachableException;
import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.tenant.TenantService;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds two fair queues from the watches of all tenants and of the super cluster, and works on them. Knows no kind: a key
 * goes to the kind that it names. DESIGN.md beside this file tells the whole story.
 *
 * <p>Life: {@link #context()} for the kinds' construction, {@link #start} once, then tenants come by {@link #attach} and
 * go by {@link #detach}; {@link #close} stops the workers. Safe for use by any thread.
 */
public final class SyncEngine implements Tenants, TenantService, Work, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SyncEngine.class);
    /** When to ask the circuit again; it knows when the next probe is due. */
    private static final Duration UNTIL_NEXT_PROBE = Duration.ofSeconds(1);

    private final SuperCluster superCluster;
    private final SuperNamespaces namespaces;
    private final SyncContext context;
    private final FairQueue<SyncKey> down;
    private final FairQueue<SyncKey> up;
    private final int workers;
    private final ReconcileLoop<SyncKey> downLoop;
    private final ReconcileLoop<SyncKey> upLoop;
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();
    private final Map<String, TenantCircuit> circuits = new ConcurrentHashMap<>();
    private volatile List<SyncedKind<?, ?>> kinds = List.of();

    public SyncEngine(SuperCluster superCluster, SyncerConfig config, Meters meters, InstantSource clock) {
        this.superCluster = superCluster;
        this.namespaces = new SuperNamespaces(superCluster);
        this.context = new SyncContext(superCluster, namespaces, this, this, config, meters, clock);
        this.down = new FairQueue<>("down", queue(config, config.downWorkers()), meters);
        this.up = new FairQueue<>("up", queue(config, config.upWorkers()), meters);
        this.workers = config.downWorkers() + config.upWorkers();
        this.downLoop = new ReconcileLoop<>(
                "down", down, (tenant, key) -> work(tenant, key, true), config.downWorkers(), meters);
        this.upLoop =
                new ReconcileLoop<>("up", up, (tenant, key) -> work(tenant, key, false), config.upWorkers(), meters);
    }

    private static QueueConfig queue(SyncerConfig config, int workers) {
        return QueueConfig.defaults().withInFlightPerTenant(config.tenantBudget(workers));
    }

    /** What kinds are constructed with. */
    public SyncContext context() {
        return context;
    }

    /** The kinds being synced, in the order of the table. */
    public List<SyncedKind<?, ?>> kinds() {
        return kinds;
    }

    /**
     * Opens the super cluster's caches, waits until they are filled, and starts the workers.
     *
     * @param table the kinds; the order is the order of first work for a new tenant
     * @throws TimeoutException when a cache is not filled within {@code patience}
     */
    public void start(List<SyncedKind<?, ?>> table, Duration patience) throws InterruptedException, TimeoutException {
        kinds = List.copyOf(table);
        // Who owns a namespace must be known before anything inside is looked at.
        open(type -> type == Namespace.class);
        superCluster.objects(Namespace.class).cache().onChange((key, before, after) -> {
            if (namespaces.changed(key, after)) {
                cameHome(key.name());
            }
        });
        superCluster.awaitSynced(patience);
        open(type -> type != Namespace.class);
        superCluster.awaitSynced(patience);
        superCluster.all().forEach(this::follow);
        downLoop.start();
        upLoop.start();
    }

    @Override
    public List<CacheSpec<?>> tenantCaches() {
        List<CacheSpec<?>> specs = new ArrayList<>();
        for (SyncedKind<?, ?> kind : kinds) {
            CacheSpec<?> spec = kind.tenantCache();
            if (spec != null) {
                specs.add(spec);
            }
        }
        return specs;
    }

    @Override
    public ObjectCache<Secret> superSecrets() {
        return superCluster.objects(Secret.class).cache();
    }

    @Override
    public void attach(Tenant tenant) {
        down.setWeight(tenant.key(), tenant.settings().weight());
        up.setWeight(tenant.key(), tenant.settings().weight());
        boolean isNew = tenants.put(tenant.key(), tenant) == null;
        for (SyncedKind<?, ?> kind : kinds) {
            guarded(tenant, kind, () -> followTenant(tenant, kind));
        }
        for (SyncedKind<?, ?> kind : kinds) {
            guarded(tenant, kind, () -> revisit(tenant, kind));
        }
        if (isNew) {
            // It may ask the tenant's API server, which may take its time: neither the tenant's other kinds nor other
            // tenants wait for that.
            Thread.ofVirtual()
                    .name("greet-" + tenant.key())
                    .start(() -> kinds.forEach(kind -> guarded(tenant, kind, () -> kind.tenantAdded(tenant))));
        }
    }

    @Override
    public void settingsChanged(Tenant tenant) {
        down.setWeight(tenant.key(), tenant.settings().weight());
        up.setWeight(tenant.key(), tenant.settings().weight());
        // Levels, prefixes and the like are part of what is desired: compare everything once.
        for (SyncedKind<?, ?> kind : kinds) {
            guarded(tenant, kind, () -> kind.inspect(tenant, findings(tenant, kind)));
        }
    }

    @Override
    public void detach(Tenant tenant) {
        if (tenants.remove(tenant.key(), tenant)) {
            down.removeTenant(tenant.key());
            up.removeTenant(tenant.key());
            circuits.remove(tenant.key());
            for (SyncedKind<?, ?> kind : kinds) {
                kind.tenantRemoved(tenant);
            }
        }
    }

    /** Findings that go straight into the queues. */
    public SyncedKind.Findings findings(Tenant tenant, SyncedKind<?, ?> kind) {
        return new SyncedKind.Findings() {
            @Override
            public void down(ObjectKey key, Drift drift) {
                SyncEngine.this.down(tenant, kind, key);
            }

            @Override
            public void up(ObjectKey key, Drift drift) {
                SyncEngine.this.up(tenant, kind, key);
            }
        };
    }

    /** False when a worker has died; for the liveness probe. */
    public boolean isAlive() {
        return downLoop.isAlive() && upLoop.isAlive();
    }

    public boolean isSynced() {
        return superCluster.isSynced();
    }

    @Override
    public @Nullable Tenant byKey(String tenantKey) {
        return tenants.get(tenantKey);
    }

    @Override
    public Collection<Tenant> all() {
        return tenants.values();
    }

    @Override
    public void down(Tenant tenant, SyncedKind<?, ?> kind, ObjectKey key) {
        down.add(tenant.key(), new SyncKey(kind, key));
    }

    @Override
    public void up(Tenant tenant, SyncedKind<?, ?> kind, ObjectKey key) {
        up.add(tenant.key(), new SyncKey(kind, key));
    }

    @Override
    public void downAfter(Tenant tenant, SyncedKind<?, ?> kind, ObjectKey key, Duration delay) {
        down.addAfter(tenant.key(), new SyncKey(kind, key), delay);
    }

    @Override
    public void upAfter(Tenant tenant, SyncedKind<?, ?> kind, ObjectKey key, Duration delay) {
        up.addAfter(tenant.key(), new SyncKey(kind, key), delay);
    }

    @Override
    public double load() {
        return (double) (down.inFlightCount() + up.inFlightCount()) / workers;
    }

    @Override
    public void close() {
        downLoop.close();
        upLoop.close();
        down.close();
        up.close();
    }

    /** For tests. */
    FairQueue<SyncKey> downQueue() {
        return down;
    }

    /** For tests. */
    FairQueue<SyncKey> upQueue() {
        return up;
    }

    /** One kind's failure must not cost the kinds after it, nor the tenant. */
    private static void guarded(@Nullable Tenant tenant, SyncedKind<?, ?> kind, Runnable part) {
        try {
            part.run();
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue(LogKeys.TENANT, tenant == null ? "" : tenant.key())
                    .addKeyValue(LogKeys.KIND, kind.name())
                    .setCause(e)
                    .log("a kind failed to take notice; a patrol finds what it missed");
        }
    }

    private void open(Predicate<Class<?>> which) {
        for (SyncedKind<?, ?> kind : kinds) {
            CacheSpec<?> spec = kind.superCache();
            if (spec != null && which.test(spec.kind())) {
                superCluster.open(spec);
            }
        }
    }

    private Result work(String tenantKey, SyncKey key, boolean isDown) throws Exception {
        Tenant tenant = tenants.get(tenantKey);
        if (tenant == null) {
            return new Result.Done();
        }
        TenantCircuit circuit = circuits.computeIfAbsent(tenantKey, known -> new TenantCircuit(System::nanoTime));
        TenantCircuit.Verdict verdict = circuit.ask();
        if (!verdict.pause().isZero()) {
            return new Result.RequeueAfter(verdict.pause());
        }
        try {
            return Requests.listening(tenant.client(), circuit::answered, () -> {
                if (verdict.isProbe() && !EtcdProbe.answers(tenant.client())) {
                    circuit.failed();
                    return new Result.RequeueAfter(UNTIL_NEXT_PROBE);
                }
                return isDown
                        ? key.kind().down(tenant, key.object())
                        : key.kind().up(tenant, key.object());
            });
        } catch (UnreachableException e) {
            if (e.getCause() instanceof InterruptedException) {
                // The end of the process, not a failure.
                throw new InterruptedException(e.getMessage());
            }
            if (e.server().equals(tenant.client().getMasterUrl().toString())) {
                circuit.failed();
            }
            throw e;
        }
    }

    private <S extends HasMetadata> void follow(SuperObjects<S> objects) {
        List<SyncedKind<?, S>> followers = ofSuperType(objects.type());
        objects.cache().onChange((key, before, after) -> {
            boolean isEcho = objects.seen(key, before, after);
            for (SyncedKind<?, S> kind : followers) {
                guarded(null, kind, () -> changedInSuper(kind, before, after, isEcho));
            }
        });
    }

    private <S extends HasMetadata> void changedInSuper(
            SyncedKind<?, S> kind, @Nullable S before, @Nullable S after, boolean isEcho) {
        boolean isDrift = !isEcho && kind.isDrift(before, after);
        boolean isUp = kind.concernsUp(before, after);
        if (!isDrift && !isUp) {
            return;
        }
        S newest = after != null ? after : before;
        if (newest != null) {
            // What is gone is told at once.
            route(kind, newest, this, isDrift, isUp, after == null ? Duration.ZERO : kind.upDelay(newest));
        }
        // An object that lost or changed its back reference is still missing where it was.
        if (before != null && after != null && isDrift && !sameAnnotations(before, after)) {
            route(kind, before, this, true, isUp, Duration.ZERO);
        }
    }

    private <S extends HasMetadata> void route(
            SyncedKind<?, S> kind, S object, Tenants among, boolean isDown, boolean isUp, Duration upDelay) {
        kind.route(object, among, (tenant, key) -> {
            if (isDown) {
                down(tenant, kind, key);
            }
            if (isUp) {
                upAfter(tenant, kind, key, upDelay);
            }
        });
    }

    private <V extends HasMetadata> void followTenant(Tenant tenant, SyncedKind<V, ?> kind) {
        tenant.cache(kind.tenantType()).onChange((key, before, after) -> {
            if (!tenant.equals(tenants.get(tenant.key()))) {
                return;
            }
            V newest = after != null ? after : before;
            if (newest == null) {
                return;
            }
            if (after == null) {
                kind.deleted(tenant, newest);
            }
            boolean isDown = kind.concernsDown(before, after);
            boolean isUp = kind.isUpwardDrift(tenant, before, after);
            if (isDown || isUp) {
                kind.routeTenant(tenant, newest, (whose, routed) -> {
                    if (isDown) {
                        down(whose, kind, routed);
                    }
                    if (isUp) {
                        up(whose, kind, routed);
                    }
                });
            }
        });
    }

    /** Looks at everything the super cluster already has for a tenant that has just come. */
    private <S extends HasMetadata> void revisit(Tenant tenant, SyncedKind<?, S> kind) {
        if (isNamespaced(kind)) {
            namespaces.of(tenant.key()).forEach(namespace -> revisit(tenant, kind, namespace));
        } else {
            revisit(tenant, kind, superCluster.objects(kind.superType()).cache().list());
        }
    }

    private <S extends HasMetadata> void revisit(Tenant tenant, SyncedKind<?, S> kind, String superNamespace) {
        revisit(tenant, kind, superCluster.objects(kind.superType()).cache().list(superNamespace));
    }

    private <S extends HasMetadata> void revisit(Tenant tenant, SyncedKind<?, S> kind, Collection<S> objects) {
        Tenants only = new OneTenant(tenant);
        objects.forEach(object -> route(kind, object, only, true, kind.concernsUp(null, object), kind.upDelay(object)));
    }

    /**
     * A namespace has become a tenant's, by being restored or by getting its annotations back: what is inside came by
     * when nobody knew whose it was. One that was made a moment ago has nothing inside, and costs a look at the caches.
     */
    private void cameHome(String superNamespace) {
        SuperNamespaces.Home home = namespaces.home(superNamespace);
        Tenant tenant = home == null ? null : tenants.get(home.tenantKey());
        if (tenant == null) {
            return;
        }
        for (SyncedKind<?, ?> kind : kinds) {
            if (isNamespaced(kind)) {
                guarded(tenant, kind, () -> revisit(tenant, kind, superNamespace));
            }
        }
    }

    private static boolean isNamespaced(SyncedKind<?, ?> kind) {
        return Namespaced.class.isAssignableFrom(kind.superType());
    }

    @SuppressWarnings("unchecked")
    private <S extends HasMetadata> List<SyncedKind<?, S>> ofSuperType(Class<S> type) {
        Function<SyncedKind<?, ?>, SyncedKind<?, S>> cast = kind -> (SyncedKind<?, S>) kind;
        return kinds.stream().filter(kind -> kind.superType() == type).map(cast).toList();
    }

    private static boolean sameAnnotations(HasMetadata a, HasMetadata b) {
        return Objects.equals(a.getMetadata().getAnnotations(), b.getMetadata().getAnnotations());
    }

    private record OneTenant(Tenant tenant) implements Tenants {
        @Override
        public @Nullable Tenant byKey(String tenantKey) {
            return tenant.key().equals(tenantKey) ? tenant : null;
        }

        @Override
        public Collection<Tenant> all() {
            return List.of(tenant);
        }
    }
}
