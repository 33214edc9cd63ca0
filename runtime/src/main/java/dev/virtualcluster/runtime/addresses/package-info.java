// SPDX-License-Identifier: Apache-2.0
/** Arithmetic on ranges of IP addresses: the operator hands them out as slices, the syncer keeps the addresses inside. */
@NullMarked
package dev.virtualcluster.runtime.addresses;

import org.jspecify.annotations.NullMarked;
