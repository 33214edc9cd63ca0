// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

/** A step of the demonstration did not hold what it promises; the message says what was seen instead. */
public final class StepFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure told by {@code message}, complete enough to act upon. */
    public StepFailedException(String message) {
        super(message);
    }

    /** A failure told by {@code message} that another one caused. */
    public StepFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
