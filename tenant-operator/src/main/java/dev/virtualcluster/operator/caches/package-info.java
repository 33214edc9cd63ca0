// SPDX-License-Identifier: Apache-2.0
/** What the operator watches in the super cluster. */
@NullMarked
package dev.virtualcluster.operator.caches;

import org.jspecify.annotations.NullMarked;
