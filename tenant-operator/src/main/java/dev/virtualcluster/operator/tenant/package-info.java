// SPDX-License-Identifier: Apache-2.0
/**
 * Brings one VirtualCluster in line: a list of steps from root namespace to add-ons, run anew on every change. No step
 * waits; a step that cannot go on says why, and a watch or a delay brings the tenant back.
 */
@NullMarked
package dev.virtualcluster.operator.tenant;

import org.jspecify.annotations.NullMarked;
