// SPDX-License-Identifier: Apache-2.0
/**
 * The Secrets of a tenant's root namespace: which there must be, what they hold, and which of the stored ones may stay.
 * Stored authorities and the service-account key are the truth; everything else is derived from them.
 */
@NullMarked
package dev.virtualcluster.operator.credentials;

import org.jspecify.annotations.NullMarked;
