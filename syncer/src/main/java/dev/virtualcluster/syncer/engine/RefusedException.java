// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

/**
 * A tenant object may not or cannot be placed in the super cluster. The engine turns it into one Warning event on the
 * tenant object and tries again slowly, because the cause can go away.
 */
public final class RefusedException extends Exception {
    private final String reason;

    /**
     * A refusal.
     *
     * @param reason CamelCase event reason
     * @param message in the tenant's words, with what to do next
     */
    public RefusedException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }

    /** The message, never null. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
