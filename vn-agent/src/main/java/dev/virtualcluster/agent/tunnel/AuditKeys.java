// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

/** The keys of an audit line that no other process has. */
final class AuditKeys {
    static final String ENDPOINT = "endpoint";
    static final String STATUS = "status";
    static final String OUTCOME = "outcome";
    static final String BYTES_IN = "bytesIn";
    static final String BYTES_OUT = "bytesOut";

    private AuditKeys() {}
}
