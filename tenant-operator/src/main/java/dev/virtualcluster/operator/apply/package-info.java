// SPDX-License-Identifier: Apache-2.0
/**
 * Writing to the super cluster: every write of this process goes through one class, and an object that is already as
 * wanted is left alone. What was written last is remembered, so that neither a lagging watch nor another writer's status
 * causes a second write.
 */
@NullMarked
package dev.virtualcluster.operator.apply;

import org.jspecify.annotations.NullMarked;
