// SPDX-License-Identifier: Apache-2.0
/** The documentation is held to the code. What it names must exist. */
@NullMarked
package dev.virtualcluster.e2e.docs;

import org.jspecify.annotations.NullMarked;
