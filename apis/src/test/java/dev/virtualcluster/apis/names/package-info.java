// SPDX-License-Identifier: Apache-2.0
/** Tests of the name mapping. */
@NullMarked
package dev.virtualcluster.apis.names;

import org.jspecify.annotations.NullMarked;
