// SPDX-License-Identifier: Apache-2.0
/** What the demonstration shows must be what a person can type. */
@NullMarked
package dev.virtualcluster.e2e.demo;

import org.jspecify.annotations.NullMarked;
