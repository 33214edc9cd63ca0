// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.function.LongConsumer;

/**
 * Moves bytes one way with back-pressure: reading stops while the other side's write queue is full, so a slow reader costs one queue
 * (64 KiB) and not memory. Lives on one event loop, which owns both sockets; every method runs there and none blocks.
 */
final class Pump {
    private final NetSocket from;
    private final NetSocket to;
    private final LongConsumer moved;
    private Future<Void> lastWrite = Future.succeededFuture();

    Pump(NetSocket from, NetSocket to, LongConsumer moved) {
        this.from = from;
        this.to = to;
        this.moved = moved;
    }

    /** Writes {@code early}, which had been read before there was a pump, and then whatever comes. */
    void start(Buffer early) {
        if (early.length() > 0) {
            move(early);
        }
        from.handler(this::move);
        if (!to.writeQueueFull()) {
            from.resume();
        }
    }

    private void move(Buffer bytes) {
        moved.accept(bytes.length());
        lastWrite = to.write(bytes);
        if (to.writeQueueFull()) {
            from.pause();
            to.drainHandler(_ -> from.resume());
        }
    }

    /** Completes when everything that was read has been handed to the network, or cannot be any more. */
    Future<Void> flushed() {
        return lastWrite.otherwiseEmpty();
    }
}
