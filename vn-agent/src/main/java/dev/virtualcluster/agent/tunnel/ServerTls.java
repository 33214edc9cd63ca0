// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import dev.virtualcluster.runtime.tls.CipherSuites;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The front's TLS: a client certificate of the operator's agent client CA is demanded, always. */
public final class ServerTls {
    private ServerTls() {}

    /**
     * Options for the server.
     *
     * @param certificatePem the serving certificate
     * @param keyPem its private key, PKCS #8
     * @param clientCaPem the CA of tenants' API servers
     * @param handshakeTimeout how long a client may take
     */
    public static ServerSSLOptions options(
            String certificatePem, String keyPem, String clientCaPem, Duration handshakeTimeout) {
        return CipherSuites.applyTo(new ServerSSLOptions())
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(certificatePem))
                        .addKeyValue(Buffer.buffer(keyPem)))
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(clientCaPem)))
                .setClientAuth(ClientAuth.REQUIRED)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                // No ALPN: upgrades exist in HTTP/1.1 only.
                .setUseAlpn(false)
                .setSslHandshakeTimeout(handshakeTimeout.toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    }
}
