// SPDX-License-Identifier: Apache-2.0
/** The syncer's process: start, stop and options. Everything else lives in the packages below. */
@NullMarked
package dev.virtualcluster.syncer;

import org.jspecify.annotations.NullMarked;
