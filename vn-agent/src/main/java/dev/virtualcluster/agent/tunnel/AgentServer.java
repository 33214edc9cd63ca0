// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import dev.virtualcluster.agent.http.Answers;
import dev.virtualcluster.apis.names.TenantKey;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The agent's front: accepts connections, counts them before it knows them, makes them speak TLS with a client certificate, and gives
 * each to an {@link Exchange}. TLS material can be replaced while streams live. Thread safe.
 */
public final class AgentServer implements AutoCloseable {
    private static final Duration BIND_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration DRAIN_STEP = Duration.ofMillis(50);

    private final Collaborators with;
    private final Executor executor;
    private final AtomicReference<@Nullable ServerSSLOptions> tls = new AtomicReference<>();
    private final Doorkeeper doorkeeper;
    private final NetServer server;
    private volatile boolean isDraining;

    /** A server that does not listen yet, and turns everybody away until it has TLS material; each connection gets a thread of {@code executor}, which should be a virtual one. */
    public AgentServer(Collaborators with, Executor executor) {
        this.with = with;
        this.executor = executor;
        this.doorkeeper =
                new Doorkeeper(with.limits().connections(), with.limits().newcomersPerAddress());
        // TLS begins in accept(), after the doorkeeper: the server itself would start handshakes without a bound.
        this.server = with.vertx()
                .createNetServer(new NetServerOptions().setTcpNoDelay(true).setTcpKeepAlive(true))
                .connectHandler(this::accept)
                .exceptionHandler(_ -> {});
    }

    /** Listens; returns the port, which is chosen by the system when {@code port} is 0. */
    public int listen(String host, int port) throws InterruptedException, TimeoutException {
        return Await.within(BIND_TIMEOUT, server.listen(port, host)).actualPort();
    }

    /** Uses other TLS material from the next connection on. */
    public void use(ServerSSLOptions replacement) {
        tls.set(replacement);
    }

    /** Ends every call of a tenant that is gone. */
    public void revoke(TenantKey tenant) {
        with.streams().cut(tenant, Ending.REVOKED);
    }

    /** Calls being carried. */
    public int streams() {
        return with.streams().size();
    }

    /** Connections, known or not. */
    public int connections() {
        return doorkeeper.connections();
    }

    /** Refuses new calls from now on and waits until the running ones have ended, {@code patience} at most; then cuts them. */
    public void drain(Duration patience) throws InterruptedException {
        isDraining = true;
        long until = with.nanoTime().getAsLong() + patience.toNanos();
        while (streams() > 0 && with.nanoTime().getAsLong() < until) {
            pause();
        }
        with.streams().cutAll(Ending.DRAINED);
    }

    private void pause() throws InterruptedException {
        try {
            Await.within(DRAIN_STEP.multipliedBy(2), with.vertx().timer(DRAIN_STEP.toMillis()));
        } catch (TimeoutException e) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        with.streams().cutAll(Ending.DRAINED);
        server.close();
    }

    /** Event loop. */
    private void accept(NetSocket socket) {
        String address = socket.remoteAddress().hostAddress();
        ServerSSLOptions material = tls.get();
        if (material == null || !doorkeeper.admit(address)) {
            with.log().turnedAway(address);
            socket.close();
            return;
        }
        Context context = with.vertx().getOrCreateContext();
        Connection connection = new Connection(socket, context, address, doorkeeper);
        // Paused before the first byte: whoever reads first must find everything.
        socket.pause().upgradeToSsl(material).onComplete(done -> {
            if (done.failed()) {
                with.log().stranger(address, done.cause());
                socket.close();
            } else if (isDraining) {
                socket.write(Buffer.buffer(Answers.plain(503, "the node agent is stopping; try again")));
                socket.close();
            } else {
                executor.execute(new Exchange(with, connection));
            }
        });
    }
}
