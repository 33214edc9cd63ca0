// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.apply;

import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Every write of this process to the super cluster. Applies under one field manager, and deletes only the very object
 * that was looked at. Safe for any thread; failures are the client's exceptions.
 */
public final class SuperWrites {
    /** The field manager of everything that is applied. */
    public static final String FIELD_MANAGER = "virtualcluster-operator";

    /** In the API server's answer when a webhook with side effects stands in a rehearsal's way. */
    private static final String NO_DRY_RUN = "does not support dry run";

    /** The API server's reason when something of that name exists. */
    private static final String ALREADY_EXISTS = "AlreadyExists";

    private final KubernetesClient client;
    private final WriteGate gate;

    /** Writes through {@code client}, passing every write through {@code gate}. */
    public SuperWrites(KubernetesClient client, WriteGate gate) {
        this.client = client;
        this.gate = gate;
    }

    /** Server-side apply; takes fields back from whoever else set them. */
    public <T extends HasMetadata> T apply(T desired) {
        return gated(
                "apply",
                desired.getKind(),
                () -> client.resource(desired)
                        .fieldManager(FIELD_MANAGER)
                        .forceConflicts()
                        .serverSideApply());
    }

    /**
     * Asks whether {@link #apply} would be accepted, and changes nothing; a refusal is the client's exception. An
     * admission webhook that cannot answer without consequences is not asked.
     */
    public void rehearse(HasMetadata desired) {
        try {
            var ignored = client.resource(desired)
                    .dryRun()
                    .fieldManager(FIELD_MANAGER)
                    .forceConflicts()
                    .serverSideApply();
        } catch (KubernetesClientException e) {
            if (!isUnableToRehearse(e)) {
                throw e;
            }
        }
    }

    private static boolean isUnableToRehearse(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST
                && String.valueOf(e.getMessage()).contains(NO_DRY_RUN);
    }

    /** Creates; empty when something of this name exists. */
    public <T extends HasMetadata> Optional<T> create(T desired) {
        return gated("create", desired.getKind(), () -> {
            try {
                return Optional.of(client.resource(desired).create());
            } catch (KubernetesClientException e) {
                if (isAlreadyExists(e)) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    /** The code alone may be a quota's or a webhook's, and then there is nothing of that name. */
    private static boolean isAlreadyExists(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_CONFLICT
                && e.getStatus() != null
                && ALREADY_EXISTS.equals(e.getStatus().getReason());
    }

    /** What stands in the place of the object now. */
    public <T extends HasMetadata> Optional<T> read(T object) {
        return Optional.ofNullable(client.resource(object).get());
    }

    /** Deletes this very object, known by its UID, and what it owns; does nothing when it is gone or was replaced. */
    public void delete(HasMetadata seen) {
        delete(seen, options("Background"));
    }

    /**
     * Deletes as {@link #delete(HasMetadata)} does.
     *
     * @param graceSeconds the time its processes get to end by themselves
     */
    public void delete(HasMetadata seen, long graceSeconds) {
        delete(seen, options("Background").withGracePeriodSeconds(graceSeconds));
    }

    /** Deletes as {@link #delete(HasMetadata)} does, but leaves what it owns: to be ended in another way. */
    public void deleteAlone(HasMetadata seen) {
        delete(seen, options("Orphan"));
    }

    private void delete(HasMetadata seen, DeleteOptionsBuilder options) {
        DeleteOptions body = options.withNewPreconditions()
                .withUid(seen.getMetadata().getUid())
                .endPreconditions()
                .build();
        gated("delete", seen.getKind(), () -> {
            try {
                return Optional.ofNullable(client.raw(path(seen), "DELETE", body));
            } catch (KubernetesClientException e) {
                boolean isGone = e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                        // An admission webhook may refuse with this code too, and then the object stays.
                        || (e.getCode() == HttpURLConnection.HTTP_CONFLICT && !isStillThere(seen));
                if (isGone) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private boolean isStillThere(HasMetadata seen) {
        return read(seen)
                .filter(found ->
                        seen.getMetadata().getUid().equals(found.getMetadata().getUid()))
                .isPresent();
    }

    private static DeleteOptionsBuilder options(String propagation) {
        return new DeleteOptionsBuilder()
                .withApiVersion("v1")
                .withKind("DeleteOptions")
                .withPropagationPolicy(propagation);
    }

    /** Merges {@code patch} into the object; with a resourceVersion in it, only if nobody was faster. */
    public <T extends HasMetadata> T merge(T seen, Object patch) {
        return gated(
                "patch",
                seen.getKind(),
                () -> client.resource(seen).patch(PatchContext.of(PatchType.JSON_MERGE), json(patch)));
    }

    /** Merges {@code patch} into a subresource. */
    public <T extends HasMetadata> T mergeSubresource(T seen, String subresource, Object patch) {
        return gated(
                "patch " + subresource,
                seen.getKind(),
                () -> client.resource(seen)
                        .subresource(subresource)
                        .patch(PatchContext.of(PatchType.JSON_MERGE), json(patch)));
    }

    private String json(Object patch) {
        return client.getKubernetesSerialization().asJson(patch);
    }

    private <T> T gated(String verb, String kind, Supplier<T> write) {
        gate.before(verb, kind);
        T result = write.get();
        gate.after(verb, kind);
        return result;
    }

    private static String path(HasMetadata object) {
        String version = object.getApiVersion();
        String root = version.indexOf('/') < 0 ? "/api/" + version : "/apis/" + version;
        String namespace = object.getMetadata().getNamespace();
        return root
                + (namespace == null || namespace.isEmpty() ? "" : "/namespaces/" + namespace)
                + "/" + object.getPlural() + "/" + object.getMetadata().getName();
    }
}
