// SPDX-License-Identifier: Apache-2.0
/** Tests of the custom resources: what is generated from them, and what other modules rely on. */
@NullMarked
package dev.virtualcluster.apis;

import org.jspecify.annotations.NullMarked;
