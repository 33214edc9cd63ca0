// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.serving;

import java.time.Duration;

/** Whoever signs the agent's certificate. */
interface CertificateAuthority {
    /** The node's names, as they are now. */
    NodeAddresses addresses() throws IssuanceException;

    /**
     * The signed certificate for {@code request}, PEM; waits for it, at most {@code patience}.
     *
     * @throws IssuanceException when it is denied, fails, or does not come in time
     */
    String sign(SigningRequest request, Duration patience) throws IssuanceException, InterruptedException;
}
