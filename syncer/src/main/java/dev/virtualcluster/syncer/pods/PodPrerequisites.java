// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.engine.RefusedException;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * What should be in the super cluster before a pod is. Without the tenant's service account it is not made; without a
 * volume's ConfigMap or Secret the kubelet tries again only after a pause much longer than the few milliseconds that the
 * mirroring of what was created a moment before takes. Waiting is short and bounded, except for the service account.
 */
final class PodPrerequisites {
    private static final Duration SHORTLY = Duration.ofMillis(50);
    private static final Duration LATER = Duration.ofSeconds(2);

    /** Pods older than this no longer wait for volumes: the kubelet's own retries do. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final SyncContext context;

    PodPrerequisites(SyncContext context) {
        this.context = context;
    }

    /**
     * How long to wait before looking again; zero to go on. From the caches alone.
     *
     * @throws RefusedException when the tenant has no such service account
     */
    Duration wait(Tenant tenant, Pod source) throws RefusedException {
        String namespace = source.getMetadata().getNamespace();
        boolean isYoung = isYoung(source);
        if (!hasAccount(tenant, source)) {
            ObjectKey account = account(source);
            if (isYoung) {
                return SHORTLY;
            }
            if (tenant.cache(ServiceAccount.class).get(account) != null) {
                return LATER;
            }
            throw new RefusedException(
                    "FailedCreate",
                    "error looking up service account " + namespace + "/" + account.name() + ": serviceaccount \""
                            + account.name() + "\" not found");
        }
        return isYoung
                        && PodReferences.shownBy(source.getSpec().getVolumes()).stream()
                                .anyMatch(shown ->
                                        isOnItsWay(tenant, shown.type(), new ObjectKey(namespace, shown.name())))
                ? SHORTLY
                : Duration.ZERO;
    }

    /**
     * Tells whether the super cluster has the pod's account, made for the tenant's own. Another account of that name is
     * the administrator's, with rights that are none of the tenant's.
     */
    boolean hasAccount(Tenant tenant, Pod source) {
        ServiceAccount own = tenant.cache(ServiceAccount.class).get(account(source));
        ServiceAccount twin = context.superCluster()
                .objects(ServiceAccount.class)
                .get(tenant.superKey(ServiceAccount.class, account(source)));
        return own != null && twin != null && Ownership.isTwin(tenant, own, twin);
    }

    /** The service account that the pod runs under, in the tenant's words. */
    static ObjectKey account(Pod source) {
        String account = source.getSpec().getServiceAccountName();
        return new ObjectKey(
                source.getMetadata().getNamespace(), account == null || account.isEmpty() ? "default" : account);
    }

    private <T extends HasMetadata> boolean isOnItsWay(Tenant tenant, Class<T> type, ObjectKey key) {
        return tenant.cache(type).get(key) != null
                && context.superCluster().objects(type).get(tenant.superKey(type, key)) == null;
    }

    private boolean isYoung(Pod source) {
        try {
            Instant created = Instant.parse(source.getMetadata().getCreationTimestamp());
            Duration age = Duration.between(created, context.clock().instant());
            return !age.isNegative() && age.compareTo(PATIENCE) < 0;
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
