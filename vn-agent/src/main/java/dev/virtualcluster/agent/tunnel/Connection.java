// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A client's connection and its standing with the doorkeeper. The socket's close handler is taken by it; others ask {@link #closed()}.
 * Thread safe.
 */
final class Connection {
    private final NetSocket socket;
    private final Context context;
    private final String address;
    private final Doorkeeper doorkeeper;
    private final AtomicBoolean isIntroduced = new AtomicBoolean();
    private final Promise<Void> closed = Promise.promise();

    /** A connection that the doorkeeper has just admitted; on the socket's event loop. */
    Connection(NetSocket socket, Context context, String address, Doorkeeper doorkeeper) {
        this.socket = socket;
        this.context = context;
        this.address = address;
        this.doorkeeper = doorkeeper;
        socket.exceptionHandler(_ -> {});
        socket.closeHandler(_ -> {
            introduced();
            doorkeeper.left();
            closed.tryComplete();
        });
    }

    NetSocket socket() {
        return socket;
    }

    Context context() {
        return context;
    }

    String address() {
        return address;
    }

    /** It is no newcomer any more: its head has come, or never will. */
    void introduced() {
        if (isIntroduced.compareAndSet(false, true)) {
            doorkeeper.introduced(address);
        }
    }

    /** Completes on the event loop when the socket is closed, by whomever; bytes read before may still wait behind a pause. */
    Future<Void> closed() {
        return closed.future();
    }
}
