// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.binding.ModelCopy;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.engine.Changes;
import dev.virtualcluster.syncer.engine.MirroredKind;
import dev.virtualcluster.syncer.engine.NotYetException;
import dev.virtualcluster.syncer.engine.RefusedException;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.nodes.NodeKind;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.pods.conversion.PodConversion;
import dev.virtualcluster.syncer.pods.status.PodConditions;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.tokens.TokenKind;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Pods. Down: the converted pod is created in the super cluster, what Kubernetes allows to change is kept in step, and
 * deletions pass with their grace. Up: {@link PodUpward}. Ends, from whichever side: {@link PodEnd}.
 */
public final class PodKind extends MirroredKind<Pod> {
    private static final Duration UNTIL_SCHEDULED = Duration.ofSeconds(2);

    private final PodContexts contexts;
    private final PodPrerequisites prerequisites;
    private final ForeignReferences references;
    private final PodUpdate updates;
    private final PodEnd ends;
    private final PodUpward upward;
    private final TokenKind tokens;

    /**
     * @param nodes makes sure of a node before a pod is bound to it
     * @param tokens brings the tokens of a pod that is being created
     */
    public PodKind(SyncContext context, NodeKind nodes, TokenKind tokens) {
        super(context, "pods", Pod.class);
        this.tokens = tokens;
        this.contexts = new PodContexts();
        this.prerequisites = new PodPrerequisites(context);
        this.references = new ForeignReferences(context.superCluster());
        this.updates = new PodUpdate(context.superCluster(), references);
        this.ends = new PodEnd(context.superCluster(), updates, context.clock());
        this.upward = new PodUpward(context.clock(), context.work(), nodes, ends);
    }

    @Override
    public CacheSpec<Pod> tenantCache() {
        return CacheSpec.all(Pod.class);
    }

    @Override
    public CacheSpec<Pod> superCache() {
        return CacheSpec.all(Pod.class).withLabel(Keys.CONTROLLED, Keys.TRUE).trimmed(SuperPods::trimmed);
    }

    @Override
    public boolean concernsDown(@Nullable Pod before, @Nullable Pod after) {
        return Changes.ofDesired(before, after) || (before != null && after != null && gatesChanged(before, after));
    }

    @Override
    public boolean concernsUp(@Nullable Pod before, @Nullable Pod after) {
        return Changes.ofAnything(before, after);
    }

    /** One that nobody has touched yet has nothing urgent to tell; its scheduling, a moment later, ends the delay. */
    @Override
    public Duration upDelay(Pod actual) {
        return PodLife.isUntouched(actual) ? UNTIL_SCHEDULED : Duration.ZERO;
    }

    /** Somebody in the tenant wrote the status, and not we. */
    @Override
    public boolean isUpwardDrift(Tenant tenant, @Nullable Pod before, @Nullable Pod after) {
        return before != null
                && after != null
                && !Objects.equals(before.getStatus(), after.getStatus())
                && !upward.isEcho(tenant, before, after);
    }

    @Override
    protected boolean isMirrored(Tenant tenant, Pod source) {
        // One that is being deleted gets no super pod any more, but nobody else sees to its end.
        return source.getSpec().getSchedulingGates().isEmpty()
                || source.getMetadata().getDeletionTimestamp() != null;
    }

    @Override
    protected Pod desired(Tenant tenant, Pod source) throws RefusedException, NotYetException {
        PodPolicy.check(source);
        return PodConversion.convert(source, contexts.of(tenant));
    }

    @Override
    protected boolean differs(Tenant tenant, Pod desired, Pod actual) {
        return SpecChanges.between(desired, actual).isPresent();
    }

    @Override
    public Result down(Tenant tenant, ObjectKey key) throws Exception {
        Pod source = tenant.cache(Pod.class).get(key);
        Pod actual = twin(tenant, key);
        if (source != null && actual == null && source.getMetadata().getDeletionTimestamp() == null) {
            Result obstacle = obstacle(tenant, source);
            if (obstacle != null) {
                return obstacle;
            }
        }
        if (actual != null
                && actual.getMetadata().getDeletionTimestamp() != null
                && key.equals(Ownership.tenantKey(tenant, actual))
                && (source == null || !Ownership.isTwin(tenant, source, actual))) {
            return ends.forced(tenant, key, actual);
        }
        Result result = super.down(tenant, key);
        if (source != null && actual != null) {
            updates.passGates(tenant, source, actual);
            if (Ownership.isTwin(tenant, source, actual)) {
                tokens.ensure(tenant, source);
            }
        }
        return result;
    }

    /** What stands against making the super pod at this moment; null when nothing does. */
    private @Nullable Result obstacle(Tenant tenant, Pod source) {
        if (PodLife.hasBegun(source)) {
            return ends.vanished(tenant, source);
        }
        if (PodLife.isOver(source)) {
            return new Result.Done();
        }
        if (!isMirrored(tenant, source)) {
            return null;
        }
        try {
            Duration wait = prerequisites.wait(tenant, source);
            return wait.isZero() ? null : new Result.RequeueAfter(wait);
        } catch (RefusedException e) {
            return refused(tenant, source, e.reason(), e.text());
        }
    }

    @Override
    protected Pod create(Tenant tenant, Pod source, Pod desired) throws Exception {
        if (!prerequisites.hasAccount(tenant, source)) {
            // The super pod went after we looked whether there is one.
            throw new NotYetException("the service account of " + ObjectKey.of(source) + " is not there");
        }
        references.check(tenant, source);
        Pod created = createWhole(tenant, source, desired);
        IgnoredWishes.tell(tenant, source);
        return created;
    }

    private Pod createWhole(Tenant tenant, Pod source, Pod desired) throws Exception {
        if (desired.getSpec().getEphemeralContainers().isEmpty()) {
            return createWithTokens(tenant, source, desired);
        }
        Pod created = createWithTokens(tenant, source, PodConversion.withoutEphemeralContainers(desired));
        updates.send(tenant, source, withMergedMetadata(merged(desired, created), desired, created), created);
        return created;
    }

    /**
     * Pod and tokens are stored side by side: the kubelet looks for the Secret some 100 ms after it gets the pod. Where the
     * tenant's API server is quick, that is enough to ask it for the tokens as well.
     */
    private Pod createWithTokens(Tenant tenant, Pod source, Pod desired) throws InterruptedException {
        Runnable delivery =
                tokens.isQuick(tenant) ? () -> tokens.deliver(tenant, source) : sending(tokens.issue(tenant, source));
        Thread delivering = Thread.ofVirtual().name("tokens").start(Requests.inherited(delivery));
        try {
            return objects().create(tenant, desired);
        } finally {
            delivering.join();
        }
    }

    private static Runnable sending(TokenKind.Delivery delivery) {
        return delivery.isPresent() ? delivery::send : () -> {};
    }

    @Override
    protected Pod merged(Pod desired, Pod actual) {
        // Pods are patched, never replaced: see update.
        Pod body = ModelCopy.of(actual);
        body.setSpec(desired.getSpec());
        return body;
    }

    @Override
    protected void update(Tenant tenant, Pod source, Pod actual, Pod body) throws RefusedException {
        updates.send(tenant, source, body, actual);
    }

    @Override
    protected @Nullable Result whileDeleting(Tenant tenant, Pod source, @Nullable Pod actual) {
        return ends.tenantDeletes(tenant, source, actual);
    }

    @Override
    protected boolean isEndOwed(Pod source) {
        return PodEnd.isOwed(source);
    }

    @Override
    protected boolean isEndOverdue(Pod actual) {
        return ends.isOverdue(actual);
    }

    @Override
    protected boolean downDiffers(Tenant tenant, Pod source, Pod actual) {
        return PodEnd.isUntold(source, actual)
                || !PodConditions.gatesToPass(source, actual).isEmpty();
    }

    @Override
    public Result up(Tenant tenant, ObjectKey key) throws Exception {
        return upward.up(tenant, key, twin(tenant, key));
    }

    @Override
    protected boolean upDiffers(Tenant tenant, Pod source, Pod actual) {
        return upward.differs(tenant, source, actual);
    }

    private static boolean gatesChanged(Pod before, Pod after) {
        return !after.getSpec().getReadinessGates().isEmpty() && !Objects.equals(before.getStatus(), after.getStatus());
    }
}
