// SPDX-License-Identifier: Apache-2.0
/** One class per synced kind, and the table that lists them. A class says how to convert and what to compare; the engine does the rest. */
@NullMarked
package dev.virtualcluster.syncer.kinds;

import org.jspecify.annotations.NullMarked;
