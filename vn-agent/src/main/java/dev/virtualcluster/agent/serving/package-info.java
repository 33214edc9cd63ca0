/**
 * The agent's serving certificate: asked for through the super cluster's CertificateSigningRequest API, approved and signed by the
 * operator, renewed in time. The key is made in memory and never leaves it.
 */
@NullMarked
package dev.virtualcluster.agent.serving;

import org.jspecify.annotations.NullMarked;
