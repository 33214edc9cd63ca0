// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent;

import dev.virtualcluster.agent.tunnel.AgentServer;
import dev.virtualcluster.agent.tunnel.ServerTls;
import dev.virtualcluster.runtime.tls.CertificateBundle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Puts the two halves of the front's TLS together, each of which may be replaced at any time. Thread safe. */
final class FrontTls {
    private final AgentServer server;
    private final Duration handshakeTimeout;
    private CertificateBundle trust;
    private @Nullable CertificateBundle serving;

    FrontTls(AgentServer server, Duration handshakeTimeout, CertificateBundle trust) {
        this.server = server;
        this.handshakeTimeout = handshakeTimeout;
        this.trust = trust;
    }

    /** Believes the clients of another CA from now on. */
    synchronized void trust(CertificateBundle bundle) {
        trust = bundle;
        apply();
    }

    /** Shows another certificate from now on. */
    synchronized void serve(CertificateBundle bundle) {
        serving = bundle;
        apply();
    }

    private void apply() {
        CertificateBundle shown = serving;
        if (shown != null) {
            server.use(ServerTls.options(shown.certificate(), shown.key(), trust.ca(), handshakeTimeout));
        }
    }
}
