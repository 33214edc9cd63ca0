// SPDX-License-Identifier: Apache-2.0
/**
 * The spelling of log keys and the scope that puts them on a thread. Output and levels are chosen in {@link dev.virtualcluster.runtime.logging.LogFormat}.
 */
@NullMarked
package dev.virtualcluster.runtime.logging;

import org.jspecify.annotations.NullMarked;
