// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.pki;

import org.jspecify.annotations.Nullable;

/** Key material that cannot be read, made or used. The message never holds key material. */
public final class PkiException extends RuntimeException {
    /** A failure without a cause worth keeping. */
    public PkiException(String message) {
        super(message);
    }

    /** A failure with its cause. */
    public PkiException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
