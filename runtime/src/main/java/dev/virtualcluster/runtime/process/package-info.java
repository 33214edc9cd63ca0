// SPDX-License-Identifier: Apache-2.0
/**
 * The life of a process: flags and environment, ordered start, reverse stop. A failed start closes what it had opened.
 */
@NullMarked
package dev.virtualcluster.runtime.process;

import org.jspecify.annotations.NullMarked;
