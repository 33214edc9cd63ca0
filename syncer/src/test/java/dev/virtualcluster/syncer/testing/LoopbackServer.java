// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.testing;

import com.sun.net.httpserver.HttpServer;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** An HTTP server in this process that answers as a test says, and clients that take it for an API server. */
public final class LoopbackServer implements AutoCloseable {
    private final HttpServer server;
    private final ClientPlatform platform = ClientPlatform.start();

    public LoopbackServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    /** The server, to which contexts are added. */
    public HttpServer server() {
        return server;
    }

    /** A client of this server; ends with it. */
    public KubernetesClient client(String name) {
        return client(name, "http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** A client of another server on the same platform. */
    public KubernetesClient client(String name, String url) {
        return connection(name, url).client();
    }

    /** A connection to this server; ends with it. */
    public ClusterConnection connection(String name) {
        return connection(name, "http://127.0.0.1:" + server.getAddress().getPort());
    }

    private ClusterConnection connection(String name, String url) {
        Config config = new ConfigBuilder(Config.empty()).withMasterUrl(url).build();
        return platform.connect(name, config);
    }

    @Override
    public void close() {
        platform.close();
        server.stop(0);
    }
}
