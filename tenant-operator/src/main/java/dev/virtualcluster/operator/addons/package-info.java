// SPDX-License-Identifier: Apache-2.0
/**
 * What is installed into a new tenant: its DNS. Installed once per version of it; afterwards it is the tenant's to change
 * or remove.
 */
@NullMarked
package dev.virtualcluster.operator.addons;

import org.jspecify.annotations.NullMarked;
