// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.reconcile;

import java.time.Duration;

/** What a reconciler says should happen next with the key. A thrown exception means: again, after a back-off. */
public sealed interface Result {

    /** Nothing more to do until the next change. */
    record Done() implements Result {}

    /** Come back after {@code delay}, even if nothing changes; no failure is counted. */
    record RequeueAfter(Duration delay) implements Result {
        /** Checks that the delay is not negative. */
        public RequeueAfter {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("negative delay " + delay);
            }
        }
    }

    /** The object as it stands cannot be served; trying again is useless until it changes. */
    record Rejected(String reason) implements Result {}

    /** Nothing more to do. */
    static Result done() {
        return new Done();
    }

    /** Come back after {@code delay}. */
    static Result requeueAfter(Duration delay) {
        return new RequeueAfter(delay);
    }

    /** Not to be served until it changes. */
    static Result rejected(String reason) {
        return new Rejected(reason);
    }
}
