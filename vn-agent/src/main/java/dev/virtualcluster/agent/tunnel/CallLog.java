// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

/** Where finished calls go: the audit log and the meters. Implementations are thread safe and do not block for long. */
public interface CallLog {
    /** A call has ended, well or not; {@code nanos} is how long it took. */
    void ended(CallRecord record, long nanos);

    /** A connection ended before it showed a certificate that TLS accepts. */
    void stranger(String remote, Throwable why);

    /** A connection was turned away at the door. */
    void turnedAway(String remote);
}
