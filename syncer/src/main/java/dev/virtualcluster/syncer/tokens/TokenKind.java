// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tokens;

import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.engine.Drift;
import dev.virtualcluster.syncer.engine.Refusals;
import dev.virtualcluster.syncer.engine.SuperObjects;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.engine.SyncedKind;
import dev.virtualcluster.syncer.engine.Tenants;
import dev.virtualcluster.syncer.ownership.ForeignObjectException;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens of pods: keyed by the tenant's pod, kept in one Secret beside the super pod. {@link #issue} gets the first ones
 * while the pod is created or just before, {@link #down} renews them, repairs what was lost and removes what no pod needs.
 * The next renewal is a delayed key; when it is forgotten in a restart, the first look at the pod finds it again from the
 * Secret's annotation.
 */
public final class TokenKind implements SyncedKind<Pod, Secret> {
    private static final Logger LOG = LoggerFactory.getLogger(TokenKind.class);
    private static final Duration SOON = Duration.ofSeconds(1);
    /** Half of the time in which no kubelet looks for a new pod's Secret: its volume manager wakes every 100 ms. */
    private static final Duration QUICK = Duration.ofMillis(50);

    private final SyncContext context;
    private final TokenIssuer issuer;
    /** UIDs of pods of a name whose Secret may be there in vain; each is looked at once and forgotten. */
    private final Map<PodName, Set<String>> suspects = new ConcurrentHashMap<>();

    /** By tenant: how many nanoseconds his API server took for the last token. */
    private final Map<String, Long> lastTaken = new ConcurrentHashMap<>();

    private record PodName(String tenant, ObjectKey key) {}

    public TokenKind(SyncContext context) {
        this.context = context;
        this.issuer = new TokenIssuer(context.clock());
    }

    /** Tokens that were issued and are to be stored; shows none of them. */
    public final class Delivery {
        private final Tenant tenant;
        private final Pod source;
        private final @Nullable Secret secret;
        private final TokenRecord issued;
        private final Map<String, String> data;

        private Delivery(
                Tenant tenant, Pod source, @Nullable Secret secret, TokenRecord issued, Map<String, String> data) {
            this.tenant = tenant;
            this.source = source;
            this.secret = secret;
            this.issued = issued;
            this.data = data;
        }

        /** Tells whether there is something to store. */
        public boolean isPresent() {
            return !data.isEmpty();
        }

        private boolean isLabelled() {
            return secret == null || TokenSecret.isLabelled(tenant, secret);
        }

        /** Stores, and plans the renewal. A failure is not the caller's: it is tried again from the queue. */
        public void send() {
            ObjectKey key = ObjectKey.of(source);
            try {
                context.work().downAfter(tenant, TokenKind.this, key, store());
            } catch (KubernetesClientException | ForeignObjectException e) {
                context.work().downAfter(tenant, TokenKind.this, key, SOON);
            }
        }

        /** @return time until the next renewal */
        private Duration store() {
            if (secret != null) {
                update(tenant, source, secret, issued, data);
            } else if (!create(tenant, source, issued, data)) {
                return SOON;
            }
            return untilDue(source, issued, context.clock().instant());
        }
    }

    @Override
    public String name() {
        return "tokens";
    }

    @Override
    public Class<Pod> tenantType() {
        return Pod.class;
    }

    @Override
    public Class<Secret> superType() {
        return Secret.class;
    }

    @Override
    public @Nullable CacheSpec<Pod> tenantCache() {
        return null;
    }

    @Override
    public @Nullable CacheSpec<Secret> superCache() {
        return null;
    }

    /** To find the next renewal after a start, and to remove what a pod leaves; new pods come through {@link #issue}. */
    @Override
    public boolean concernsDown(@Nullable Pod before, @Nullable Pod after) {
        if (after == null) {
            return before != null && !TokenSource.of(before).isEmpty();
        }
        return before == null && PodTokens.isServed(after) && after.getSpec().getNodeName() != null;
    }

    @Override
    public boolean isDrift(@Nullable Secret before, @Nullable Secret after) {
        return before != null
                && TokenSecret.isTokenSecret(before)
                && (after == null
                        || !Objects.equals(
                                before.getMetadata().getLabels(),
                                after.getMetadata().getLabels()));
    }

    @Override
    public void route(Secret superObject, Tenants tenants, BiConsumer<Tenant, ObjectKey> to) {
        String claimed = Ownership.claimedTenant(superObject);
        Tenant tenant = claimed == null ? null : tenants.byKey(claimed);
        ObjectKey pod = tenant == null ? null : TokenSecret.podKey(tenant, superObject);
        String uid = TokenSecret.podUid(superObject);
        if (tenant != null && pod != null && uid != null) {
            suspect(tenant, pod, uid);
            to.accept(tenant, pod);
        }
    }

    @Override
    public void deleted(Tenant tenant, Pod last) {
        if (!TokenSource.of(last).isEmpty()) {
            suspect(tenant, ObjectKey.of(last), last.getMetadata().getUid());
        }
    }

    @Override
    public void tenantRemoved(Tenant tenant) {
        suspects.keySet().removeIf(name -> name.tenant.equals(tenant.key()));
        lastTaken.remove(tenant.key());
    }

    private void suspect(Tenant tenant, ObjectKey pod, String uid) {
        suspects.compute(new PodName(tenant.key(), pod), (name, known) -> {
            Set<String> uids = known == null ? new HashSet<>() : new HashSet<>(known);
            uids.add(uid);
            return uids;
        });
    }

    /**
     * Gets what a pod needs that is about to be created. Kubernetes refusing a token does not stop the pod: as anywhere,
     * it then waits for its volume, and is told why.
     */
    public Delivery issue(Tenant tenant, Pod source) {
        Secret secret = secret(tenant, source);
        try {
            return renew(tenant, source, secret);
        } catch (KubernetesClientException e) {
            context.work().downAfter(tenant, this, ObjectKey.of(source), SOON);
            return new Delivery(tenant, source, secret, TokenRecord.EMPTY, Map.of());
        }
    }

    /** Whether the tenant's API server was so quick with the last token that a kubelet would not have noticed. */
    public boolean isQuick(Tenant tenant) {
        Long taken = lastTaken.get(tenant.key());
        return taken != null && taken < QUICK.toNanos();
    }

    /** Gets and stores what a pod needs that is being created; whatever goes wrong is tried again from the queue. */
    public void deliver(Tenant tenant, Pod source) {
        try {
            Delivery delivery = issue(tenant, source);
            if (delivery.isPresent()) {
                delivery.send();
            }
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue(LogKeys.TENANT, tenant.key())
                    .addKeyValue(LogKeys.KEY, ObjectKey.of(source))
                    .setCause(e)
                    .log("a pod's tokens could not be had; they are asked for again");
            context.work().downAfter(tenant, this, ObjectKey.of(source), SOON);
        }
    }

    /**
     * Sees to a pod that is there and whose Secret is not: it and the super pod are stored side by side, and whoever ended
     * in between left one without the other. Costs a look into a cache where all is well.
     */
    public void ensure(Tenant tenant, Pod source) {
        if (source.getMetadata().getDeletionTimestamp() == null
                && PodTokens.isServed(source)
                && secret(tenant, source) == null) {
            context.work().down(tenant, this, ObjectKey.of(source));
        }
    }

    @Override
    public Result down(Tenant tenant, ObjectKey key) {
        Pod source = tenant.cache(Pod.class).get(key);
        removeOthers(tenant, key, source);
        if (source == null || !PodTokens.isServed(source)) {
            return new Result.Done();
        }
        Pod superPod = context.superCluster().objects(Pod.class).get(tenant.superKey(Pod.class, key));
        if (superPod == null || !Ownership.isTwin(tenant, source, superPod)) {
            return new Result.Done();
        }
        try {
            Delivery delivery = renew(tenant, source, secret(tenant, source));
            return new Result.RequeueAfter(
                    delivery.isPresent() || !delivery.isLabelled()
                            ? delivery.store()
                            : untilDue(source, delivery.issued, context.clock().instant()));
        } catch (ForeignObjectException e) {
            tenant.events()
                    .warn(
                            source,
                            "FailedMount",
                            "The super cluster holds a Secret in the place of this pod's tokens that is not managed for"
                                    + " this virtual cluster; it is left alone. Ask the administrator to remove it.");
            return new Result.RequeueAfter(context.config().refusalRetry());
        } catch (KubernetesClientException e) {
            if (!Refusals.isRefusal(e) && !Refusals.isNotFound(e)) {
                throw e;
            }
            tenant.events()
                    .warn(
                            source,
                            "FailedMount",
                            "Cannot get a token of the pod's service account: " + Refusals.words(e));
            return new Result.RequeueAfter(context.config().refusalRetry());
        }
    }

    /** Issues what is missing or due. */
    private Delivery renew(Tenant tenant, Pod source, @Nullable Secret secret) {
        TokenRecord issued = secret == null ? TokenRecord.EMPTY : TokenSecret.issued(secret);
        Map<String, String> data = new HashMap<>();
        Instant now = context.clock().instant();
        for (TokenSource wanted : TokenSource.of(source)) {
            if (isDue(source, wanted, issued, now)) {
                TokenIssuer.Token token = timed(tenant, source, wanted);
                data.put(wanted.key(), token.base64());
                issued = issued.with(wanted.key(), token.issue());
            }
        }
        return new Delivery(tenant, source, secret, issued, data);
    }

    private TokenIssuer.Token timed(Tenant tenant, Pod source, TokenSource wanted) {
        long begin = System.nanoTime();
        try {
            return issuer.issue(tenant, source, wanted);
        } finally {
            // A failure that took its time tells as much.
            lastTaken.put(tenant.key(), System.nanoTime() - begin);
        }
    }

    /**
     * Removes token Secrets of former pods of that name, and of this one when it is gone. A Secret that stays, because a
     * request failed or nobody said that its pod went, is found by a patrol.
     */
    private void removeOthers(Tenant tenant, ObjectKey key, @Nullable Pod source) {
        Set<String> uids = suspects.remove(new PodName(tenant.key(), key));
        if (uids == null) {
            return;
        }
        try {
            uids.forEach(uid -> removeOther(tenant, key, source, uid));
        } catch (RuntimeException e) {
            // The key comes back, and then they must be known.
            uids.forEach(uid -> suspect(tenant, key, uid));
            throw e;
        }
    }

    private void removeOther(Tenant tenant, ObjectKey key, @Nullable Pod source, String uid) {
        Secret secret = secrets().get(TokenSecret.place(tenant, key.namespace(), uid));
        if (secret != null
                && key.equals(TokenSecret.podKey(tenant, secret))
                && (source == null || !TokenSecret.isFor(tenant, source, secret))
                && !isWanted(tenant, key, secret)) {
            Requests.delete(
                    context.superCluster().client(),
                    secret,
                    new DeleteOptionsBuilder()
                            .withNewPreconditions()
                            .withUid(secret.getMetadata().getUid())
                            .endPreconditions()
                            .build());
        }
    }

    /** Asks the tenant's API server, for a cache filled from a server that lags may lack the pod. */
    private static boolean isWanted(Tenant tenant, ObjectKey key, Secret secret) {
        Pod live = Requests.read(tenant.client(), Pod.class, key);
        return live != null && TokenSecret.isFor(tenant, live, secret);
    }

    private @Nullable Secret secret(Tenant tenant, Pod source) {
        return secrets().get(TokenSecret.place(tenant, source));
    }

    private SuperObjects<Secret> secrets() {
        return context.superCluster().objects(Secret.class);
    }

    private boolean create(Tenant tenant, Pod source, TokenRecord issued, Map<String, String> data) {
        Secret desired = TokenSecret.of(tenant, source, issued, data);
        try {
            secrets().remember(Requests.create(context.superCluster().client(), desired));
            return true;
        } catch (KubernetesClientException e) {
            if (!Refusals.isAlreadyExists(e)) {
                throw e;
            }
        }
        // Either our cache lags behind, or it cannot see the Secret because it lacks our label.
        Secret live = secrets().read(ObjectKey.of(desired));
        if (live == null || live.getMetadata().getDeletionTimestamp() != null) {
            return false;
        }
        update(tenant, source, live, issued, data);
        return true;
    }

    private void update(Tenant tenant, Pod source, Secret secret, TokenRecord issued, Map<String, String> data) {
        if (!TokenSecret.isFor(tenant, source, secret)) {
            throw new ForeignObjectException(
                    "Secret " + ObjectKey.of(secret) + " stands where a token Secret should, without proof");
        }
        Object patch = Map.of(
                "metadata",
                Map.of(
                        "uid", secret.getMetadata().getUid(),
                        "labels", TokenSecret.labels(tenant),
                        "annotations", Map.of(TokenSecret.ISSUED, issued.text())),
                "data",
                data);
        secrets()
                .remember(Requests.patch(
                        context.superCluster().client(),
                        Secret.class,
                        ObjectKey.of(secret),
                        "",
                        Requests.MERGE_PATCH,
                        patch));
    }

    private static boolean isDue(Pod source, TokenSource wanted, TokenRecord issued, Instant now) {
        TokenRecord.Issue last = issued.tokens().get(wanted.key());
        return last == null
                || !now.isBefore(due(source, wanted, last))
                // Written by a clock that is ahead of ours: better once too often.
                || last.at().isAfter(now.plus(SOON));
    }

    private static Instant due(Pod source, TokenSource wanted, TokenRecord.Issue issue) {
        return issue.due(source.getMetadata().getUid() + wanted.key());
    }

    private static Duration untilDue(Pod source, TokenRecord issued, Instant now) {
        Duration shortest = Duration.ofHours(24);
        for (TokenSource wanted : TokenSource.of(source)) {
            TokenRecord.Issue issue = issued.tokens().get(wanted.key());
            Duration left = issue == null ? SOON : Duration.between(now, due(source, wanted, issue));
            shortest = left.compareTo(shortest) < 0 ? left : shortest;
        }
        return shortest.compareTo(SOON) < 0 ? SOON : shortest;
    }

    @Override
    public void inspect(Tenant tenant, Findings findings) {
        Instant now = context.clock().instant();
        for (Pod source : tenant.cache(Pod.class).list()) {
            ObjectKey key = ObjectKey.of(source);
            if (!PodTokens.isServed(source)
                    || context.superCluster().objects(Pod.class).get(tenant.superKey(Pod.class, key)) == null) {
                continue;
            }
            Secret secret = secret(tenant, source);
            if (secret == null) {
                findings.down(key, Drift.MISSING);
            } else if (!TokenSecret.isLabelled(tenant, secret)
                    || TokenSource.of(source).stream()
                            .anyMatch(wanted -> isDue(source, wanted, TokenSecret.issued(secret), now))) {
                findings.down(key, Drift.DESIRED);
            }
        }
        for (String namespace : context.namespaces().of(tenant.key())) {
            for (Secret secret : secrets().list(namespace)) {
                inspect(tenant, secret, findings);
            }
        }
    }

    private void inspect(Tenant tenant, Secret secret, Findings findings) {
        ObjectKey key = TokenSecret.podKey(tenant, secret);
        String uid = TokenSecret.podUid(secret);
        if (key != null && uid != null) {
            Pod source = tenant.cache(Pod.class).get(key);
            if (source == null || !TokenSecret.isFor(tenant, source, secret)) {
                suspect(tenant, key, uid);
                findings.down(key, Drift.EXTRA);
            }
        }
    }
}
