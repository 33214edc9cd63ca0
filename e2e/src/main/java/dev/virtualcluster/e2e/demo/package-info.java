// SPDX-License-Identifier: Apache-2.0
/**
 * The demonstration: a tenant on a real cluster, step by step, each step checked.
 * It drives stock kubectl the way a newcomer would and writes a report of what passed and how long it took.
 */
@NullMarked
package dev.virtualcluster.e2e.demo;

import org.jspecify.annotations.NullMarked;
