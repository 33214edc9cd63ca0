// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

/** What a step insists on. */
final class Check {
    private Check() {}

    /** Fails the step unless {@code holds}; {@code seen} is what was there instead. */
    static void that(boolean holds, String what, String seen) {
        if (!holds) {
            throw new StepFailedException("expected " + what + ", saw:\n" + seen);
        }
    }
}
