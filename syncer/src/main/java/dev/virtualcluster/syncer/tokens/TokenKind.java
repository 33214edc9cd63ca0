// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tokens;

import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.engine.Drift;
import dev.virtualcluster.syncer.engine.Refusals;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.engine.SyncedKind;
import dev.virtualcluster.syncer.engine.Tenants;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of pods: keyed by the tenant's pod, kept in one Secret beside the super pod. {@link #begin} brings the first ones
 * right after the pod was created, {@link #down} renews them and repairs what was lost. The next renewal is a delayed key;
 * when it is forgotten in a restart, the first look at the pod finds it again from the Secret's annotation.
 */
public final class TokenKind implements SyncedKind<Pod, Secret> {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final SyncContext context;
    private final TokenIssuer issuer;

    public TokenKind(SyncContext context) {
        this.context = context;
        this.issuer = new TokenIssuer(context.clock());
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

    /** Only to find the next renewal after a start; new pods come through {@link #begin}. */
    @Override
    public boolean concernsDown(@Nullable Pod before, @Nullable Pod after) {
        return before == null
                && after != null
                && PodTokens.isServed(after)
                && after.getSpec().getNodeName() != null;
    }

    @Override
    public boolean isDrift(@Nullable Secret before, @Nullable Secret after) {
        return after == null && before != null && TokenSecret.isTokenSecret(before);
    }

    @Override
    public void route(Secret superObject, Tenants tenants, BiConsumer<Tenant, ObjectKey> to) {
        String claimed = Ownership.claimedTenant(superObject);
        Tenant tenant = claimed == null ? null : tenants.byKey(claimed);
        ObjectKey pod = tenant == null ? null : TokenSecret.podKey(tenant, superObject);
        if (tenant != null && pod != null) {
            to.accept(tenant, pod);
        }
    }

    /**
     * Brings the tokens of a super pod that was just created. A failure does not fail the caller: the kubelet waits for
     * the Secret, and {@link #down} tries again.
     */
    public void begin(Tenant tenant, Pod source, Pod superPod) {
        if (TokenSource.of(source).isEmpty()) {
            return;
        }
        ObjectKey key = ObjectKey.of(source);
        try {
            context.work().downAfter(tenant, this, key, keep(tenant, source, superPod, secret(tenant, source)));
        } catch (KubernetesClientException e) {
            context.work().downAfter(tenant, this, key, SOON);
        }
    }

    @Override
    public Result down(Tenant tenant, ObjectKey key) {
        Pod source = tenant.cache(Pod.class).get(key);
        if (source == null || !PodTokens.isServed(source)) {
            return new Result.Done();
        }
        Pod superPod = context.superCluster().objects(Pod.class).get(tenant.superKey(Pod.class, key));
        if (superPod == null || !Ownership.isTwin(tenant, source, superPod)) {
            return new Result.Done();
        }
        try {
            return new Result.RequeueAfter(keep(tenant, source, superPod, secret(tenant, source)));
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

    /**
     * Issues what is missing or due.
     *
     * @param secret as it is, null when there is none
     * @return time until the next renewal
     */
    private Duration keep(Tenant tenant, Pod source, Pod superPod, @Nullable Secret secret) {
        TokenRecord issued = secret == null ? TokenRecord.EMPTY : TokenSecret.issued(secret);
        TokenRecord renewed = issued;
        Map<String, String> data = new HashMap<>();
        Instant now = context.clock().instant();
        for (TokenSource wanted : TokenSource.of(source)) {
            TokenRecord.Issue last = issued.tokens().get(wanted.key());
            if (last == null
                    || !now.isBefore(due(source, wanted, last))
                    || last.at().isAfter(now.plus(SOON))) {
                TokenIssuer.Token token = issuer.issue(tenant, source, wanted);
                data.put(wanted.key(), token.base64());
                renewed = renewed.with(wanted.key(), token.issue());
            }
        }
        if (secret == null) {
            if (!create(TokenSecret.of(tenant, source, superPod, renewed, data))) {
                return SOON;
            }
        } else if (!data.isEmpty() || !TokenSecret.isOwnedBy(superPod, secret)) {
            update(tenant, source, superPod, secret, renewed, data);
        }
        return untilDue(source, renewed, now);
    }

    private @Nullable Secret secret(Tenant tenant, Pod source) {
        return context.superCluster().objects(Secret.class).get(TokenSecret.place(tenant, source));
    }

    private boolean create(Secret desired) {
        try {
            Secret created = Requests.create(context.superCluster().client(), desired);
            context.superCluster().objects(Secret.class).remember(created);
            return true;
        } catch (KubernetesClientException e) {
            // A restart in between, or the cache lags: the next look sees what there is.
            if (!Refusals.isAlreadyExists(e)) {
                throw e;
            }
            return false;
        }
    }

    private void update(
            Tenant tenant, Pod source, Pod superPod, Secret secret, TokenRecord issued, Map<String, String> data) {
        if (!TokenSecret.isFor(tenant, source, secret)) {
            throw new IllegalStateException(
                    "Secret " + ObjectKey.of(secret) + " stands where a token Secret should, without proof");
        }
        Object patch = Map.of(
                "metadata",
                Map.of(
                        "uid", secret.getMetadata().getUid(),
                        "annotations", Map.of(TokenSecret.ISSUED, issued.text()),
                        "ownerReferences", List.of(TokenSecret.owner(superPod))),
                "data",
                data);
        Secret patched = Requests.patch(
                context.superCluster().client(), Secret.class, ObjectKey.of(secret), "", Requests.MERGE_PATCH, patch);
        context.superCluster().objects(Secret.class).remember(patched);
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
            } else if (untilDue(source, TokenSecret.issued(secret), now).compareTo(SOON) <= 0) {
                findings.down(key, Drift.DESIRED);
            }
        }
    }
}
