// SPDX-License-Identifier: Apache-2.0
/**
 * Service-account tokens of tenant pods: asked for from the tenant's own API server, bound to the tenant's pod, delivered
 * in one Secret per pod and renewed before they expire. Everything needed to go on after a restart is recorded there.
 */
@NullMarked
package dev.virtualcluster.syncer.tokens;

import org.jspecify.annotations.NullMarked;
