// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.io.IOException;

/** An API server's answer was given up before its end: it was too large, or took too long. The message says which. */
public final class AnswerCutOffException extends IOException {
    private static final long serialVersionUID = 1L;

    AnswerCutOffException(String message) {
        super(message);
    }
}
