// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.reconcile;

import dev.virtualcluster.runtime.cluster.Causes;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What kind of failure an exception is: decides how loudly it is logged, a condition's reason and a meter's tag. */
public enum ErrorCategory {
    /** The other side is away, slow or overloaded; the same request may succeed later. */
    TRANSIENT,
    /** Somebody else was faster: read again and repeat. */
    CONFLICT,
    /** The API server refuses the object as it is. */
    INVALID,
    /** We lack the right or the credential. */
    FORBIDDEN,
    /** What we refer to does not exist (any more). */
    NOT_FOUND,
    /** A defect of ours. */
    INTERNAL;

    /**
     * How an API server begins to say that it cannot read what is applied: a field that the kind does not have, a value
     * of another type, a quantity that is none. It answers so with code 500 (kubernetes/kubernetes issue 139253), although the same
     * body fails for ever; can go once it answers with 400 or 422.
     */
    private static final List<String> UNREADABLE =
            List.of("failed to create typed patch object (", "failed to convert new object (");

    /** Classifies by the first cause that says something. */
    public static ErrorCategory of(Throwable failure) {
        return Causes.of(failure)
                .flatMap(cause -> Stream.ofNullable(ofOne(cause)))
                .findFirst()
                .orElse(INTERNAL);
    }

    /** Lower case, for tags. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable ErrorCategory ofOne(Throwable t) {
        if (t instanceof KubernetesClientException e) {
            return isUnreadable(e) ? INVALID : ofStatus(e.getCode());
        }
        if (t instanceof IOException || t instanceof TimeoutException) {
            return TRANSIENT;
        }
        return null;
    }

    private static boolean isUnreadable(KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_INTERNAL_ERROR || e.getStatus() == null) {
            return false;
        }
        String message = e.getStatus().getMessage();
        return message != null && UNREADABLE.stream().anyMatch(message::startsWith);
    }

    private static @Nullable ErrorCategory ofStatus(int code) {
        if (code <= 0) {
            return null; // there was no answer: the cause says more
        }
        return switch (code) {
            case 400, 405, 406, 413, 415, 422 -> INVALID;
            case 401, 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 409, 412 -> CONFLICT;
            case 408, 410, 425, 429 -> TRANSIENT;
            default -> code >= 500 ? TRANSIENT : INTERNAL;
        };
    }
}
