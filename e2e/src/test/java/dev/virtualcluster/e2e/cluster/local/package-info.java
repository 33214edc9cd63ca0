/**
 * Tests of the local provider. {@code *Test} needs nothing; {@code *MachineIT} starts, breaks and removes whole clusters
 * in the sandbox of {@code src/test/sandbox}.
 */
@NullMarked
package dev.virtualcluster.e2e.cluster.local;

import org.jspecify.annotations.NullMarked;
