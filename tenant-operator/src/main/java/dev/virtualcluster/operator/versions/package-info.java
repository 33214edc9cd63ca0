// SPDX-License-Identifier: Apache-2.0
/**
 * ClusterVersions: finding and checking the one a tenant names, and keeping those in use from being deleted. They are
 * read untyped, so that one unreadable ClusterVersion harms nobody but its users.
 */
@NullMarked
package dev.virtualcluster.operator.versions;

import org.jspecify.annotations.NullMarked;
