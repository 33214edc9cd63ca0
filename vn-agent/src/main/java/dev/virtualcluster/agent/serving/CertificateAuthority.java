// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.serving;

/** Whoever signs the agent's certificate. */
interface CertificateAuthority {
    /** The node's names, as they are now. */
    NodeAddresses addresses() throws IssuanceException;

    /**
     * The signed certificate for {@code request}, PEM; waits for it as long as it can still come.
     *
     * @throws IssuanceException when it is denied or fails, or nobody knows the request any more
     */
    String sign(SigningRequest request) throws IssuanceException, InterruptedException;
}
