// SPDX-License-Identifier: Apache-2.0
/** Single requests to an API server, without the copies and look-ups of the client's fluent interface. */
@NullMarked
package dev.virtualcluster.syncer.requests;

import org.jspecify.annotations.NullMarked;
