// SPDX-License-Identifier: Apache-2.0
/**
 * The trust between tenant API servers and node agents: two authorities, and the signer of the agents' certificates.
 * Both authorities live in the operator's own namespace and are made once.
 */
@NullMarked
package dev.virtualcluster.operator.agents;

import org.jspecify.annotations.NullMarked;
