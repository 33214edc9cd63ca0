// SPDX-License-Identifier: Apache-2.0
/**
 * Turns the templates of a ClusterVersion into one tenant's StatefulSets and Services. Pure functions: the same template
 * and tenant always give the same objects, which is what lets an idle tenant cause no writes.
 */
@NullMarked
package dev.virtualcluster.operator.controlplane;

import org.jspecify.annotations.NullMarked;
