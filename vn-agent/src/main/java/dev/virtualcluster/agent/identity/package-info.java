/**
 * Who calls: a tenant, read from a certificate that TLS has already verified against the operator's CA for agent clients.
 * A certificate alone proves little after a tenant is gone; the root namespace must still be recorded for the same VirtualCluster.
 */
@NullMarked
package dev.virtualcluster.agent.identity;

import org.jspecify.annotations.NullMarked;
