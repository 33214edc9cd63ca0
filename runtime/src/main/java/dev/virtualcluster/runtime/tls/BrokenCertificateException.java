// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.tls;

import org.jspecify.annotations.Nullable;

/** Certificates that cannot be used. The message says what is wrong and quotes no key. */
public final class BrokenCertificateException extends Exception {
    BrokenCertificateException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
