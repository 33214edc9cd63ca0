// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.kubelet;

import dev.virtualcluster.runtime.tls.CipherSuites;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemTrustOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Opens TLS connections to the kubelet, whose certificate must be issued by the kubelet CA and name the address. Trust can be replaced
 * while connections live. Thread safe.
 */
public final class KubeletConnector implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final NetClient client;
    private final KubeletAddress address;
    private final AtomicReference<ClientSSLOptions> tls;

    /** Connects to {@code address}, trusting the certificates in {@code caPem}. */
    public KubeletConnector(Vertx vertx, KubeletAddress address, byte[] caPem) {
        this.address = address;
        this.client = vertx.createNetClient(
                new NetClientOptions().setTcpNoDelay(true).setTcpKeepAlive(true).setConnectTimeout((int)
                        CONNECT_TIMEOUT.toMillis()));
        this.tls = new AtomicReference<>(options(caPem));
    }

    /** Where it connects to. */
    public KubeletAddress address() {
        return address;
    }

    /** Trusts {@code caPem} from the next connection on. */
    public void trust(byte[] caPem) {
        tls.set(options(caPem));
    }

    /** A connection on {@code context}'s event loop, paused: nothing is lost before somebody reads. */
    public Future<NetSocket> connect(Context context) {
        Promise<NetSocket> connected = Promise.promise();
        context.runOnContext(_ -> client.connect(new ConnectOptions()
                        .setHost(address.host())
                        .setPort(address.port())
                        .setSsl(true)
                        .setSslOptions(tls.get()))
                .map(NetSocket::pause)
                .onComplete(connected));
        return connected.future();
    }

    @Override
    public void close() {
        client.close();
    }

    private static ClientSSLOptions options(byte[] caPem) {
        return CipherSuites.applyTo(new ClientSSLOptions())
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(caPem)))
                .setHostnameVerificationAlgorithm("HTTPS")
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"));
    }
}
