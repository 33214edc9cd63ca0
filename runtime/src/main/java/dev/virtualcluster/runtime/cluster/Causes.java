// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.util.Objects;
import java.util.stream.Stream;

/** What lies behind a failure. Clients wrap what happened several times over, and a chain may bite its own tail. */
public final class Causes {
    private static final int DEEPEST = 16;

    private Causes() {}

    /** The failure itself, its cause, and so on. */
    public static Stream<Throwable> of(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(DEEPEST);
    }
}
