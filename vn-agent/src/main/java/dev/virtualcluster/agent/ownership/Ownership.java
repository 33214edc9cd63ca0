// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.ownership;

import dev.virtualcluster.agent.http.RefusalReason;
import dev.virtualcluster.agent.http.RefusedException;
import dev.virtualcluster.agent.identity.TenantIdentity;
import dev.virtualcluster.agent.route.Call;
import dev.virtualcluster.agent.route.PodReference;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.names.NameTranslator;
import java.util.Arrays;
import java.util.Optional;

/**
 * Decides at call time whether a tenant exists and whether a pod is his. Stateless; may block, so not for event loops. Answers about
 * foreign, missing and unproven pods are the same, so that nobody learns from them what exists elsewhere.
 */
public final class Ownership {
    private final SuperCluster superCluster;
    private final String nodeName;

    /** Judges pods of the node {@code nodeName}. */
    public Ownership(SuperCluster superCluster, String nodeName) {
        this.superCluster = superCluster;
        this.nodeName = nodeName;
    }

    /**
     * Confirms that the tenant of a certificate exists and is the one it was made for.
     *
     * @throws RefusedException when it is gone, going, or another one of the same name
     */
    public void confirm(TenantIdentity identity) {
        NamespaceRecord root = superCluster
                .namespace(identity.key().rootNamespace())
                .orElseThrow(() -> unknownTenant("the virtual cluster does not exist (any more)"));
        if (!root.isAnnotated(Keys.VC_ROOT_NAMESPACE, Keys.TRUE)
                || !root.isAnnotated(Keys.VC_UID, identity.vcUid())
                || !root.isAnnotated(Keys.CLUSTER, identity.key().value())) {
            throw unknownTenant("the certificate belongs to another virtual cluster of this name");
        }
        if (root.isTerminating()) {
            throw unknownTenant("the virtual cluster is being deleted");
        }
    }

    /**
     * The super pod that a confirmed tenant's call is about. Before the API server is asked about a pod that the copy does
     * not have, {@code onMiss} runs, which may refuse: such calls cost all tenants, and a tenant can make any number of them.
     *
     * @throws RefusedException when there is none that is provably his, on this node, with that container
     */
    public Target target(TenantIdentity identity, Call.OfPod call, Runnable onMiss) {
        PodReference wanted = call.pod();
        String namespace = NameTranslator.superNamespace(identity.key(), wanted.namespace());
        NamespaceRecord owner = superCluster.namespace(namespace).orElseThrow(() -> noPod(wanted));
        if (!owner.isAnnotated(Keys.CLUSTER, identity.key().value())
                || !owner.isAnnotated(Keys.TENANT_NAMESPACE, wanted.namespace())
                || !owner.isAnnotated(Keys.VC_UID, identity.vcUid())) {
            throw noPod(wanted);
        }
        Optional<PodRecord> copy = superCluster.pod(namespace, wanted.name());
        if (copy.isEmpty()) {
            onMiss.run();
        } else {
            Target target = judged(copy, identity, call);
            if (!call.endpoint().isUpgraded()) {
                return target;
            }
        }
        // A way into a container is judged on what is true now: a copy may still show a pod that was deleted and made
        // anew. It is asked for only where the copy does not disagree.
        return judged(superCluster.readPod(namespace, wanted.name()), identity, call);
    }

    private Target judged(Optional<PodRecord> found, TenantIdentity identity, Call.OfPod call) {
        PodReference wanted = call.pod();
        PodRecord pod = found.orElseThrow(() -> noPod(wanted));
        String tenantUid = provenUid(identity, wanted, pod);
        call.container().ifPresent(container -> requireContainer(pod, wanted, container));
        return new Target(identity.key(), wanted.namespace(), tenantUid, pod.namespace(), pod.name(), pod.uid());
    }

    private String provenUid(TenantIdentity identity, PodReference wanted, PodRecord pod) {
        String uid = pod.annotations().getOrDefault(Keys.TENANT_UID, "");
        boolean proven = !uid.isEmpty()
                && pod.isAnnotated(Keys.CLUSTER, identity.key().value())
                && pod.isAnnotated(Keys.TENANT_NAMESPACE, wanted.namespace())
                && pod.isAnnotated(Keys.TENANT_NAME, wanted.name())
                && pod.nodeName().equals(nodeName)
                && wanted.uid().map(uid::equals).orElse(true);
        if (!proven) {
            throw noPod(wanted);
        }
        return uid;
    }

    /** Containers that the super cluster added (sidecars) are nobody's business in the tenant. */
    private static void requireContainer(PodRecord pod, PodReference wanted, String container) {
        String own = pod.annotations().getOrDefault(Keys.CONTAINERS, "");
        boolean visible = pod.containers().contains(container)
                && Arrays.asList(own.split(",", -1)).contains(container);
        if (!visible) {
            throw new RefusedException(
                    RefusalReason.NOT_FOUND,
                    "container " + container + " not found in pod " + wanted.namespace() + "/" + wanted.name());
        }
    }

    private static RefusedException noPod(PodReference wanted) {
        return new RefusedException(
                RefusalReason.NOT_FOUND,
                "pod " + wanted.namespace() + "/" + wanted.name()
                        + wanted.uid().map(uid -> " with UID " + uid).orElse("") + " not found on this node");
    }

    private static RefusedException unknownTenant(String why) {
        return new RefusedException(RefusalReason.IDENTITY, why);
    }
}
