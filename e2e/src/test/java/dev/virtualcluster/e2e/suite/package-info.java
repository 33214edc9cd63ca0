// SPDX-License-Identifier: Apache-2.0
/**
 * What users rely on, proven on a real cluster with real kubelets through stock kubectl.
 * One cluster, one installation and two tenants of the same names are shared by all suites; each test has a namespace of its own.
 */
@NullMarked
package dev.virtualcluster.e2e.suite;

import org.jspecify.annotations.NullMarked;
