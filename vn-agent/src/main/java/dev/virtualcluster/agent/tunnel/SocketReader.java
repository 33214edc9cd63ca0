// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import dev.virtualcluster.agent.http.HeadAccumulator;
import dev.virtualcluster.agent.http.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.Arrays;

/** Reads the beginning of a paused socket and pauses it again, so that nothing is lost between two readers. Event-loop code. */
final class SocketReader {
    /**
     * A head and what came with it.
     *
     * @param bytes the head with its blank line
     * @param rest the first bytes behind it
     */
    record Head(Buffer bytes, Buffer rest) {}

    private SocketReader() {}

    /** The socket's first head; fails with {@link RefusedException} when it is too long, or {@link ClosedException} when none came. */
    static Future<Head> head(NetSocket socket, int mostBytes) {
        Promise<Head> promise = Promise.promise();
        HeadAccumulator accumulator = new HeadAccumulator(mostBytes);
        onEnd(socket, promise);
        socket.handler(piece -> {
            try {
                if (accumulator.add(piece.getBytes())) {
                    socket.pause();
                    promise.tryComplete(new Head(Buffer.buffer(accumulator.head()), Buffer.buffer(accumulator.rest())));
                }
            } catch (RefusedException e) {
                socket.pause();
                promise.tryFail(e);
            }
        });
        socket.resume();
        return promise.future();
    }

    /** Everything up to the socket's end, or the first {@code mostBytes} of it; begins with {@code early}. */
    static Future<byte[]> all(NetSocket socket, Buffer early, int mostBytes) {
        Promise<byte[]> promise = Promise.promise();
        Buffer collected = early.copy();
        socket.exceptionHandler(_ -> {});
        socket.endHandler(_ -> promise.tryComplete(collected.getBytes()));
        socket.handler(piece -> {
            collected.appendBuffer(piece);
            if (collected.length() >= mostBytes) {
                socket.pause();
                promise.tryComplete(Arrays.copyOf(collected.getBytes(), mostBytes));
            }
        });
        socket.resume();
        return promise.future();
    }

    /** Throws away what comes; the caller waits for the socket's end. */
    static void discard(NetSocket socket) {
        socket.exceptionHandler(_ -> {});
        socket.handler(_ -> {});
        socket.resume();
    }

    private static void onEnd(NetSocket socket, Promise<Head> promise) {
        socket.exceptionHandler(_ -> {});
        socket.endHandler(_ -> promise.tryFail(new ClosedException(Ending.CLIENT_CLOSED)));
    }
}
