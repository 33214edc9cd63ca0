// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import dev.virtualcluster.operator.status.Outcome;
import dev.virtualcluster.runtime.reconcile.ErrorCategory;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;

/** Tells what the super cluster refuses for what we ask from what merely fails. Pure functions. */
final class Refusals {
    private static final Duration NEXT_TRY = Duration.ofSeconds(30);
    private static final String ALLOCATION = "failed to allocate IP";
    private static final String TERMINATING = "NamespaceTerminating";

    private Refusals() {}

    /** Whether only a person can change that; a namespace that is on its way out changes by itself. */
    static boolean isForPeople(KubernetesClientException e) {
        var category = ErrorCategory.of(e);
        return (category == ErrorCategory.INVALID || category == ErrorCategory.FORBIDDEN) && !isTerminating(e);
    }

    /** Whether a Service could not get the address it asked for. */
    static boolean isAboutAnAddress(KubernetesClientException e) {
        return ErrorCategory.of(e) == ErrorCategory.INVALID && message(e).contains(ALLOCATION);
    }

    /** What the user is told. */
    static Outcome outcome(KubernetesClientException e) {
        return Outcome.blocked(
                "Refused", "The super cluster refuses a part of the control plane: " + message(e), NEXT_TRY);
    }

    /** What the user is told while his control plane is taken down. */
    static Outcome removal(KubernetesClientException e) {
        return Outcome.blocked(
                "Refused", "The super cluster refuses to let a part of the control plane go: " + message(e), NEXT_TRY);
    }

    /** The API server's own words. */
    static String message(KubernetesClientException e) {
        Status status = e.getStatus();
        return status == null || status.getMessage() == null ? String.valueOf(e.getMessage()) : status.getMessage();
    }

    private static boolean isTerminating(KubernetesClientException e) {
        Status status = e.getStatus();
        return status != null
                && status.getDetails() != null
                && status.getDetails().getCauses().stream().anyMatch(cause -> TERMINATING.equals(cause.getReason()));
    }
}
