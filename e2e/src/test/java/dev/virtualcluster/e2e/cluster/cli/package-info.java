// SPDX-License-Identifier: Apache-2.0
/** Tests of the command line that need no cluster. */
@NullMarked
package dev.virtualcluster.e2e.cluster.cli;

import org.jspecify.annotations.NullMarked;
