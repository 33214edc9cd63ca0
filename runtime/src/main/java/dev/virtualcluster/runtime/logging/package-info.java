// SPDX-License-Identifier: Apache-2.0
/**
 * The spelling of log keys and the scope that puts them on a thread. The output format is chosen in logback.xml.
 */
@NullMarked
package dev.virtualcluster.runtime.logging;

import org.jspecify.annotations.NullMarked;
