// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import java.time.Duration;

/** Something that must come first is on its way; the engine comes back soon, without counting it as a failure. */
public final class NotYetException extends Exception {
    /** For what is seconds away, such as the end of a deletion. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Duration delay;

    public NotYetException(String message) {
        this(message, SOON);
    }

    /**
     * Something will be there very soon.
     *
     * @param delay after which it is worth looking again
     */
    public NotYetException(String message, Duration delay) {
        super(message);
        this.delay = delay;
    }

    public Duration delay() {
        return delay;
    }
}
