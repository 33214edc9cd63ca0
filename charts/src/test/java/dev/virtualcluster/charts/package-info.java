// SPDX-License-Identifier: Apache-2.0
/**
 * Tests of the Helm chart: what it renders, what its schema refuses, and what a real API server makes of it. Helm runs
 * inside the test's process.
 */
@NullMarked
package dev.virtualcluster.charts;

import org.jspecify.annotations.NullMarked;
