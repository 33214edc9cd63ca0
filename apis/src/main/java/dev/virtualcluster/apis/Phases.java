// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

/**
 * Values of {@link VirtualClusterStatus#getPhase()}: the Go implementation's five and our {@link #DELETING}.
 * Strings and not an enum, so that a value written by another version never makes an object unreadable.
 */
public final class Phases {
    /** Seen by nobody yet. */
    public static final String NONE = "";

    /** Being provisioned. */
    public static final String PENDING = "Pending";

    /** Ready was reached. */
    public static final String RUNNING = "Running";

    /** Was running; a new specification or version is being applied. */
    public static final String UPDATING = "Updating";

    /** Something the user must change; the message says what. Left by itself once the cause is gone. */
    public static final String ERROR = "Error";

    /** Being torn down. */
    public static final String DELETING = "Deleting";

    private Phases() {}
}
