// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.serving;

import org.jspecify.annotations.Nullable;

/** No certificate was issued this time; asking again later may help. */
final class IssuanceException extends Exception {
    IssuanceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
