// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;

/**
 * Two sockets joined: an opaque stream both ways, or only the kubelet's answer.
 *
 * <pre>
 *   open --(one side ends)--> flush what was read of it --> close both
 *   open --(idle, cut)------> close both
 * </pre>
 *
 * <p>When one side ends, everything it had sent is delivered before the other side is closed; what travels the other way is dropped,
 * because the protocols carried here end a direction with frames of their own. Runs on the event loop that owns both sockets; only
 * {@link #join} and {@link #cut} may be called from elsewhere.
 */
final class Tunnel {
    private final Vertx vertx;
    private final Context context;
    private final NetSocket client;
    private final NetSocket kubelet;
    private final Traffic traffic;
    private final Duration idle;
    private final Promise<Ending> ended = Promise.promise();
    private final Pump down;
    private final Pump up;
    private boolean isEnding;
    private long timer;
    private long trafficAtLastLook;

    Tunnel(Vertx vertx, Context context, NetSocket client, NetSocket kubelet, Traffic traffic, Duration idle) {
        this.vertx = vertx;
        this.context = context;
        this.client = client;
        this.kubelet = kubelet;
        this.traffic = traffic;
        this.idle = idle;
        this.up = new Pump(kubelet, client, traffic::countToClient);
        this.down = new Pump(client, kubelet, traffic::countFromClient);
    }

    /** Sends {@code head} to the client and carries both directions, beginning with what was read of each side already. */
    Future<Ending> join(byte[] head, Buffer clientEarly, Buffer kubeletEarly) {
        context.runOnContext(_ -> {
            if (isEnding) {
                return;
            }
            watch();
            client.write(Buffer.buffer(head));
            up.start(kubeletEarly);
            down.start(clientEarly);
        });
        return ended.future();
    }

    /** Sends {@code head} and the kubelet's answer; what the client still sends is read, so that its end is seen, and dropped. */
    Future<Ending> relay(byte[] head, Buffer kubeletEarly) {
        context.runOnContext(_ -> {
            if (isEnding) {
                return;
            }
            watch();
            client.write(Buffer.buffer(head));
            up.start(kubeletEarly);
            client.handler(dropped -> {});
            client.resume();
        });
        return ended.future();
    }

    /** Ends both directions now. */
    void cut(Ending ending) {
        context.runOnContext(_ -> end(ending, Future.succeededFuture()));
    }

    private void watch() {
        client.exceptionHandler(_ -> {});
        kubelet.exceptionHandler(_ -> {});
        // Not closeHandler: that one may run ahead of bytes which were read from the socket but wait behind a pause.
        client.endHandler(_ -> end(Ending.CLIENT_CLOSED, down.flushed()));
        kubelet.endHandler(_ -> end(Ending.KUBELET_CLOSED, up.flushed()));
        timer = vertx.setPeriodic(Math.max(1, idle.toMillis()), _ -> lookForTraffic());
    }

    private void lookForTraffic() {
        if (traffic.total() == trafficAtLastLook) {
            end(Ending.IDLE, Future.succeededFuture());
        }
        trafficAtLastLook = traffic.total();
    }

    private void end(Ending ending, Future<Void> flushed) {
        if (isEnding) {
            // A cut does not wait for a reader who does not read.
            if (ending != Ending.CLIENT_CLOSED && ending != Ending.KUBELET_CLOSED) {
                close(ending);
            }
            return;
        }
        isEnding = true;
        flushed.onComplete(_ -> close(ending));
    }

    private void close(Ending ending) {
        vertx.cancelTimer(timer);
        kubelet.close();
        client.close().onComplete(_ -> ended.tryComplete(ending));
    }
}
