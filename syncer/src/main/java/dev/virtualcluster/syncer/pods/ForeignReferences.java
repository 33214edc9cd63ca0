// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.engine.RefusedException;
import dev.virtualcluster.syncer.engine.SuperCluster;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.pods.PodReferences.Reference;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;

/**
 * Keeps tenants' pods from Secrets and ConfigMaps that are not theirs. The kubelet looks in the super namespace for what a
 * pod names, and the administrator may have put something of that name there; so what has no twin is asked for before
 * the pod may name it. What nobody has may come later, and an ordinary pod costs no request.
 */
final class ForeignReferences {
    /** Each costs a request, and nobody sends a hundred names to nowhere. */
    private static final int MOST_UNKNOWN = 100;

    private final SuperCluster superCluster;

    ForeignReferences(SuperCluster superCluster) {
        this.superCluster = superCluster;
    }

    /**
     * Looks at all that a pod names. Pull secrets that the super cluster's admission adds for the account are those that
     * the administrator has put into its twin, for the tenant's pods to pull with.
     *
     * @throws RefusedException when the tenant's pod would get what is not his
     */
    void check(Tenant tenant, Pod source) throws RefusedException {
        check(tenant, source.getMetadata().getNamespace(), PodReferences.of(source.getSpec()));
    }

    /** The same for a container that is to be added to a pod. */
    void check(Tenant tenant, Pod source, EphemeralContainer added) throws RefusedException {
        check(tenant, source.getMetadata().getNamespace(), PodReferences.of(added));
    }

    private void check(Tenant tenant, String namespace, Set<Reference> references) throws RefusedException {
        List<Reference> unknown = references.stream()
                .filter(reference -> !isMirrored(tenant, reference.type(), new ObjectKey(namespace, reference.name())))
                .toList();
        if (unknown.size() > MOST_UNKNOWN) {
            throw new RefusedException(
                    "ReferencesTooMany",
                    "The pod names " + unknown.size() + " Secrets and ConfigMaps that are not there, and "
                            + MOST_UNKNOWN + " are allowed. Create them first, or name fewer.");
        }
        for (Reference reference : unknown) {
            if (isForeign(tenant, reference.type(), new ObjectKey(namespace, reference.name()))) {
                throw new RefusedException(
                        "NameTaken",
                        "The pod names the " + reference
                                + ", and the super cluster holds an object of this name that is"
                                + " not managed for this virtual cluster. Ask the administrator to remove it, or use"
                                + " another name.");
            }
        }
    }

    private <T extends HasMetadata> boolean isMirrored(Tenant tenant, Class<T> type, ObjectKey key) {
        T twin = superCluster.objects(type).get(tenant.superKey(type, key));
        return twin != null && key.equals(Ownership.tenantKey(tenant, twin));
    }

    private <T extends HasMetadata> boolean isForeign(Tenant tenant, Class<T> type, ObjectKey key) {
        T live = Requests.readMetadata(superCluster.client(), type, tenant.superKey(type, key));
        return live != null && !key.equals(Ownership.tenantKey(tenant, live));
    }
}
