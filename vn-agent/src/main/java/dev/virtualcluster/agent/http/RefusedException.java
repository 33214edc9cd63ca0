// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.http;

/**
 * A request the agent will not carry out. The message goes to the caller as it stands, so it speaks the tenant's words only and says
 * what to do. Carries no stack trace: refusals are answers, and whoever floods the agent with them must not make it work for each.
 */
public final class RefusedException extends RuntimeException {
    private final int status;
    private final RefusalReason reason;

    /** A refusal answered with {@code status} and counted under {@code reason}. */
    public RefusedException(int status, RefusalReason reason, String message) {
        super(message, null, false, false);
        this.status = status;
        this.reason = reason;
    }

    /** A refusal whose HTTP status is the usual one of its reason. */
    public RefusedException(RefusalReason reason, String message) {
        this(reason.status(), reason, message);
    }

    /** A refusal with a cause that the operator of the cluster should see and the caller should not. */
    public RefusedException(RefusalReason reason, String message, Throwable cause) {
        super(message, cause, false, false);
        this.status = reason.status();
        this.reason = reason;
    }

    /** The HTTP status of the answer. */
    public int status() {
        return status;
    }

    /** Why, for counting and for the audit line. */
    public RefusalReason reason() {
        return reason;
    }

    /** The text for the caller. */
    public String text() {
        String message = getMessage();
        return message == null ? reason.label() : message;
    }
}
