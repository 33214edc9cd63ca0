// SPDX-License-Identifier: Apache-2.0
/**
 * The queue between what happened and what is to be done about it: de-duplicating, fair between tenants. Its invariants are written in DESIGN.md beside this file.
 */
@NullMarked
package dev.virtualcluster.runtime.queue;

import org.jspecify.annotations.NullMarked;
