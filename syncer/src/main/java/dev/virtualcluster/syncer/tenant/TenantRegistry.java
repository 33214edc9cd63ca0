// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import dev.virtualcluster.apis.Condition;
import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.KubeconfigException;
import dev.virtualcluster.runtime.cluster.KubeconfigReader;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.queue.FairQueue;
import dev.virtualcluster.runtime.queue.QueueConfig;
import dev.virtualcluster.runtime.reconcile.ReconcileLoop;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.requests.Requests;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the tenants to serve and keeps one connection to each. Level-triggered over the VirtualClusters of the super
 * cluster: one key per VirtualCluster, in a queue lane of its own, so a tenant that cannot be reached holds up nobody.
 */
public final class TenantRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TenantRegistry.class);
    private static final int WORKERS = 16;
    private static final Duration CONNECT_POLL = Duration.ofMillis(100);
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);
    private static final Duration CHECK = Duration.ofSeconds(10);
    /** While it is not sure that a tenant is there, or that it is not. */
    private static final Duration CLOSE_CHECK = Duration.ofSeconds(4);
    /** A watch on which nothing happens has a bookmark a minute. */
    private static final Duration QUIET = Duration.ofSeconds(30);

    private static final Duration SLOW_RETRY = Duration.ofSeconds(15);
    private static final String OPERATOR_MAKES = "; the tenant operator makes it: see its log";

    private record Session(ServedTenant tenant, String uid, String secretVersion, long since) {}

    private final ClientPlatform platform;
    private final KubeconfigReader kubeconfigs;
    private final ClusterConnection superConnection;
    private final TenantService service;
    private final TenantEventsFactory events;
    private final SyncerCondition condition;
    private final FairQueue<ObjectKey> queue;
    private final ReconcileLoop<ObjectKey> loop;
    private final ObjectCache<VirtualCluster> virtualClusters;
    private final Map<ObjectKey, Session> serving = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Session> connecting = new ConcurrentHashMap<>();

    public TenantRegistry(
            ClientPlatform platform,
            ClusterConnection superConnection,
            TenantService service,
            Meters meters,
            InstantSource clock) {
        this.platform = platform;
        this.kubeconfigs = new KubeconfigReader();
        this.superConnection = superConnection;
        this.service = service;
        this.events = new TenantEventsFactory(clock, meters);
        this.condition = new SyncerCondition(superConnection.client(), clock);
        this.queue = new FairQueue<>(
                "tenants", QueueConfig.defaults().withBackoff(Duration.ofMillis(250), Duration.ofSeconds(30)), meters);
        this.loop = new ReconcileLoop<>("tenants", queue, this::reconcile, WORKERS, meters);
        this.virtualClusters = superConnection.cache(CacheSpec.all(VirtualCluster.class));
        meters.gauge("tenants_serving", serving::size);
        meters.gauge("tenants_connecting", connecting::size);
    }

    /** Starts to serve; the service must have been started. */
    public void start(Duration patience) throws InterruptedException, TimeoutException {
        virtualClusters.awaitSynced(patience);
        virtualClusters.onChange((key, before, after) -> add(key));
        // Rotated credentials: the operator rewrites the Secret.
        service.superSecrets().onChange((key, before, after) -> {
            if (key.name().equals(Keys.SYNCER_KUBECONFIG) && after != null) {
                wake(serving, key.namespace());
                wake(connecting, key.namespace());
            }
        });
        loop.start();
    }

    private void wake(Map<ObjectKey, Session> sessions, String tenantKey) {
        sessions.forEach((vc, session) -> {
            if (session.tenant.key().equals(tenantKey)) {
                add(vc);
            }
        });
    }

    public boolean isAlive() {
        return loop.isAlive();
    }

    @Override
    public void close() {
        loop.close();
        queue.close();
        connecting.values().forEach(session -> session.tenant.close());
        serving.values().forEach(session -> {
            service.detach(session.tenant);
            session.tenant.close();
        });
        virtualClusters.close();
    }

    private void add(ObjectKey vc) {
        queue.add(vc.namespace() + "/" + vc.name(), vc);
    }

    private Result reconcile(String lane, ObjectKey key) {
        VirtualCluster vc = virtualClusters.get(key);
        Session session = serving.get(key);
        if (vc == null || isGoing(vc) || (session != null && !session.uid.equals(uid(vc)))) {
            stop(key);
            if (vc == null || isGoing(vc)) {
                return new Result.Done();
            }
            session = null;
        }
        if (session == null && !isServable(vc)) {
            stop(key);
            return new Result.Done();
        }
        return session == null ? connect(key, vc) : look(key, vc, session);
    }

    /** Brings a tenant from "to be served" to "served"; called again and again until its caches are filled. */
    private Result connect(ObjectKey key, VirtualCluster vc) {
        Session session = connecting.get(key);
        if (session != null && !session.uid.equals(uid(vc))) {
            stop(key);
            session = null;
        }
        if (session == null) {
            Secret secret = credentials(vc);
            if (secret == null) {
                return new Result.RequeueAfter(SLOW_RETRY);
            }
            try {
                session = open(vc, secret);
            } catch (KubeconfigException | IllegalArgumentException e) {
                return unusable(vc, e, "Nothing is synchronised until it can be used.");
            }
            connecting.put(key, session);
        }
        if (!session.tenant.isSynced()) {
            return stillConnecting(
                    key,
                    vc,
                    session,
                    "The virtual cluster's API server does not answer the syncer. Nothing is synchronised until it does.");
        }
        serve(key, vc, session);
        return new Result.RequeueAfter(CHECK);
    }

    /**
     * The caches are not filled yet. After a while the VirtualCluster says so, and credentials are tried that the watch
     * says are new. The longer it takes, the less often it is looked at; until then this asks nobody.
     *
     * @param message what it means for the tenant
     */
    private Result stillConnecting(ObjectKey key, VirtualCluster vc, Session session, String message) {
        Duration waited = Duration.ofNanos(System.nanoTime() - session.since);
        if (waited.compareTo(CONNECT_PATIENCE) < 0) {
            return new Result.RequeueAfter(CONNECT_POLL);
        }
        condition.write(vc, false, "TenantUnreachable", message + session.tenant.whyCutOff());
        Secret secret = isRotated(session) ? credentials(vc) : null;
        if (secret != null && !session.secretVersion.equals(version(secret))) {
            connecting.remove(key);
            session.tenant.close();
            return new Result.RequeueAfter(CONNECT_POLL);
        }
        Duration pause = waited.dividedBy(10);
        return new Result.RequeueAfter(pause.compareTo(SLOW_RETRY) < 0 ? pause : SLOW_RETRY);
    }

    private void serve(ObjectKey key, VirtualCluster vc, Session session) {
        service.attach(session.tenant);
        Session former = serving.put(key, session);
        connecting.remove(key);
        if (former != null) {
            former.tenant.close();
        }
        condition.write(vc, true, "Synchronising", "The syncer is connected.");
        LOG.atInfo().addKeyValue(LogKeys.TENANT, session.tenant.key()).log("serving tenant");
    }

    /** Looks after a tenant being served: settings, credentials, staleness. */
    private Result look(ObjectKey key, VirtualCluster vc, Session session) {
        TenantSettings settings = TenantSettings.of(vc);
        if (!settings.equals(session.tenant.settings())) {
            session.tenant.settings(settings);
            service.settingsChanged(session.tenant);
        }
        // Who says that the control plane is down is believed no sooner than the server itself.
        session.tenant.feelPulse(isSaidToBeDown(vc) ? Duration.ZERO : QUIET);
        Session next = connecting.get(key);
        if (next == null && isRotated(session)) {
            Secret secret = credentials(vc);
            if (secret == null) {
                return new Result.RequeueAfter(SLOW_RETRY);
            }
            try {
                next = open(vc, secret);
            } catch (KubeconfigException | IllegalArgumentException e) {
                return session.tenant.isUnreachable()
                        ? unreachable(vc, session)
                        : unusable(vc, e, "The syncer goes on with the former one while that lasts.");
            }
            connecting.put(key, next);
        }
        if (next != null) {
            if (!next.tenant.isSynced()) {
                return stillConnecting(
                        key,
                        vc,
                        next,
                        "The virtual cluster's API server does not accept the syncer's new credentials. It goes on with"
                                + " the former ones while they last.");
            }
            serve(key, vc, next);
            return new Result.RequeueAfter(CHECK);
        }
        if (session.tenant.isUnreachable()) {
            return unreachable(vc, session);
        }
        condition.write(vc, true, "Synchronising", "The syncer is connected.");
        return lookAgain(session);
    }

    private static Result lookAgain(Session session) {
        return new Result.RequeueAfter(session.tenant.isInDoubt() ? CLOSE_CHECK : CHECK);
    }

    private Result unreachable(VirtualCluster vc, Session session) {
        condition.write(
                vc,
                false,
                "TenantUnreachable",
                "The virtual cluster's API server stopped answering the syncer. Changes wait until it does."
                        + session.tenant.whyCutOff());
        return lookAgain(session);
    }

    /** @param meanwhile what it means for the tenant */
    private Result unusable(VirtualCluster vc, Exception e, String meanwhile) {
        condition.write(
                vc,
                false,
                "CredentialsUnusable",
                "Secret " + Keys.SYNCER_KUBECONFIG + " in namespace "
                        + TenantKey.of(vc).value()
                        + " cannot be used: " + e.getMessage() + ". " + meanwhile
                        + " Delete it, and the tenant operator makes it anew.");
        return new Result.RequeueAfter(SLOW_RETRY);
    }

    private boolean isRotated(Session session) {
        Secret cached = service.superSecrets().get(new ObjectKey(session.tenant.key(), Keys.SYNCER_KUBECONFIG));
        return cached != null && !session.secretVersion.equals(version(cached));
    }

    private void stop(ObjectKey key) {
        Session waiting = connecting.remove(key);
        if (waiting != null) {
            waiting.tenant.close();
        }
        Session session = serving.remove(key);
        if (session != null) {
            service.detach(session.tenant);
            session.tenant.close();
            LOG.atInfo().addKeyValue(LogKeys.TENANT, session.tenant.key()).log("tenant is served no more");
        }
    }

    /** The Secret with our kubeconfig, from a root namespace that is provably this VirtualCluster's. */
    private @Nullable Secret credentials(VirtualCluster vc) {
        KubernetesClient client = superConnection.client();
        String key = TenantKey.of(vc).value();
        Namespace root = Requests.read(client, Namespace.class, new ObjectKey("", key));
        Map<String, String> annotations =
                root == null ? null : root.getMetadata().getAnnotations();
        if (annotations == null
                || !uid(vc).equals(annotations.get(Keys.VC_UID))
                || !Keys.TRUE.equals(annotations.get(Keys.VC_ROOT_NAMESPACE))) {
            condition.write(
                    vc,
                    false,
                    "RootNamespaceUnproven",
                    "Namespace " + key + " does not exist or does not carry this VirtualCluster's UID"
                            + OPERATOR_MAKES);
            return null;
        }
        Secret secret = Requests.read(client, Secret.class, new ObjectKey(key, Keys.SYNCER_KUBECONFIG));
        if (secret == null || secret.getData() == null || !secret.getData().containsKey(Keys.SYNCER_KUBECONFIG)) {
            condition.write(
                    vc,
                    false,
                    "CredentialsMissing",
                    "Secret " + Keys.SYNCER_KUBECONFIG + " is missing in namespace " + key + OPERATOR_MAKES);
            return null;
        }
        return secret;
    }

    /**
     * @throws KubeconfigException when this is no kubeconfig for us
     * @throws IllegalArgumentException when what is embedded in it cannot be read
     */
    private Session open(VirtualCluster vc, Secret secret) throws KubeconfigException {
        TenantKey key = TenantKey.of(vc);
        byte[] kubeconfig = Base64.getDecoder().decode(secret.getData().get(Keys.SYNCER_KUBECONFIG));
        ClusterConnection connection = platform.connect(key.value(), kubeconfigs.read(kubeconfig));
        ServedTenant tenant = new ServedTenant(key, TenantSettings.of(vc), connection, events);
        tenant.open(service.tenantCaches());
        return new Session(tenant, uid(vc), version(secret), System.nanoTime());
    }

    /**
     * Whether it was ready once. How it is now is for the connection to find out: a control plane that lacks a replica
     * works, and one whose API server is away for a while is waited for.
     */
    private static boolean isServable(VirtualCluster vc) {
        return vc.getStatus() != null && vc.getStatus().getReadyTime() != null;
    }

    private static boolean isSaidToBeDown(VirtualCluster vc) {
        Condition ready = vc.getStatus() == null ? null : vc.getStatus().condition(ConditionTypes.READY);
        return ready != null && !Condition.TRUE.equals(ready.getStatus());
    }

    private static boolean isGoing(VirtualCluster vc) {
        return vc.getMetadata().getDeletionTimestamp() != null;
    }

    private static String uid(VirtualCluster vc) {
        return vc.getMetadata().getUid();
    }

    private static String version(HasMetadata object) {
        return object.getMetadata().getResourceVersion();
    }
}
