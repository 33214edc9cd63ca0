// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import dev.virtualcluster.runtime.tls.CipherSuites;
import io.fabric8.kubernetes.client.vertx5.Vertx5HttpClientFactory;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.ext.web.client.WebClientOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The client's HTTP transport on the shared event loops: HTTP/2 negotiated by ALPN over one connection, which is closed
 * when nothing at all is read from it for {@code readIdle}, because a peer that vanished sends no sign of it.
 */
final class TransportFactory extends Vertx5HttpClientFactory {
    /** Streams times this window stays below the connection's window, so that no watch starves its siblings. */
    private static final int STREAM_WINDOW = 256 * 1024;

    private static final int CONNECTION_WINDOW = 32 * 1024 * 1024;
    private static final int HEADER_LIST = 64 * 1024;

    private final Duration readIdle;

    TransportFactory(Vertx vertx, Duration readIdle) {
        super(vertx);
        this.readIdle = readIdle;
    }

    @Override
    protected void additionalConfig(WebClientOptions http, WebSocketClientOptions webSocket, PoolOptions pool) {
        http.setProtocolVersion(HttpVersion.HTTP_2)
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1));
        http.setInitialSettings(new Http2Settings(http.getInitialSettings())
                .setPushEnabled(false)
                .setInitialWindowSize(STREAM_WINDOW)
                .setMaxHeaderListSize(HEADER_LIST));
        http.setHttp2ConnectionWindowSize(CONNECTION_WINDOW);
        CipherSuites.applyTo(http.getSslOptions());
        http.setTcpKeepAlive(true).setTcpNoDelay(true);
        http.setIdleTimeoutUnit(TimeUnit.SECONDS).setReadIdleTimeout((int) readIdle.toSeconds());
        // One connection: more would be opened by a burst before the first is up, and stay.
        pool.setHttp2MaxSize(1).setHttp1MaxSize(8);
    }
}
