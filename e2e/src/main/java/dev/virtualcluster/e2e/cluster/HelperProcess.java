// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

/**
 * Marks short-lived programs that a command runs for itself, so that the next command can end those of one that was
 * killed: they would go on writing where it starts afresh.
 */
public final class HelperProcess {
    /** An environment variable; its value is the same for all. */
    public static final String MARK = "VIRTUALCLUSTER_LOCAL_HELPER";

    private HelperProcess() {}

    /** A builder whose process, and all that come of it, carry the mark. */
    public static ProcessBuilder of(java.util.List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put(MARK, "1");
        return builder;
    }
}
