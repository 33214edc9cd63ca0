// SPDX-License-Identifier: Apache-2.0
/** The options of the process. Read once at start. */
@NullMarked
package dev.virtualcluster.syncer.config;

import org.jspecify.annotations.NullMarked;
