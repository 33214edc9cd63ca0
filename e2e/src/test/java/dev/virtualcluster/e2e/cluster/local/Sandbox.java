// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Marks tests that start, break and remove clusters: outside the sandbox they would do so with the machine's own, and
 * find what others do on it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfEnvironmentVariable(
        named = Sandbox.WRITTEN,
        matches = ".+",
        disabledReason = "runs in the sandbox only: ./mvnw -Pmachine -pl e2e verify")
@interface Sandbox {
    /** Set by {@code sandbox.sh}: the folder of all files that were written to the places it covers. */
    String WRITTEN = "VC_SANDBOX_WRITTEN";
}
