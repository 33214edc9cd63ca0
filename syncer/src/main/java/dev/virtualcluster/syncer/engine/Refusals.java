// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

/** What an API server's answer means for the object that was sent. */
public final class Refusals {
    private Refusals() {}

    /** Tells whether the server will keep saying no until the object, a policy or a quota changes. */
    public static boolean isRefusal(KubernetesClientException e) {
        return switch (e.getCode()) {
            case 400, 403, 422 -> !isNamespaceTerminating(e);
            default -> false;
        };
    }

    /** Tells whether an object of that name exists; a 409 that speaks of versions is something else. */
    public static boolean isAlreadyExists(KubernetesClientException e) {
        Status status = e.getStatus();
        return e.getCode() == 409 && status != null && "AlreadyExists".equals(status.getReason());
    }

    public static boolean isNotFound(KubernetesClientException e) {
        return e.getCode() == 404;
    }

    /** The server's own words, without our description of the request. */
    public static String words(KubernetesClientException e) {
        Status status = e.getStatus();
        String message = status == null ? e.getMessage() : status.getMessage();
        return message == null ? "refused with code " + e.getCode() : message;
    }

    private static boolean isNamespaceTerminating(KubernetesClientException e) {
        return e.getCode() == 403 && hasCause(e.getStatus(), "NamespaceTerminating");
    }

    private static boolean hasCause(@Nullable Status status, String reason) {
        if (status == null || status.getDetails() == null || status.getDetails().getCauses() == null) {
            return false;
        }
        for (StatusCause cause : status.getDetails().getCauses()) {
            if (reason.equals(cause.getReason())) {
                return true;
            }
        }
        return false;
    }
}
