// SPDX-License-Identifier: Apache-2.0
/** Labels and annotations on their way between tenant and super cluster. Pure functions. */
@NullMarked
package dev.virtualcluster.syncer.metadata;

import org.jspecify.annotations.NullMarked;
