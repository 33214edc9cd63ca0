// SPDX-License-Identifier: Apache-2.0
/**
 * The tenant operator: makes a control plane for every VirtualCluster and takes it apart again.
 * Main reads the options, OperatorProcess wires the parts; what they do lies in the packages below.
 */
@NullMarked
package dev.virtualcluster.operator;

import org.jspecify.annotations.NullMarked;
