// SPDX-License-Identifier: Apache-2.0
/**
 * Keys and certificates: authorities, leaves, their PEM form and the check that decides whether a stored one may stay.
 * Everything here is pure computation; who stores what is decided by the callers.
 */
@NullMarked
package dev.virtualcluster.operator.pki;

import org.jspecify.annotations.NullMarked;
