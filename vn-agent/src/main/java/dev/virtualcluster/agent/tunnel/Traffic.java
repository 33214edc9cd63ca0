// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of one connection. Written by its event loop, read by anybody. */
final class Traffic {
    private final AtomicLong fromClient = new AtomicLong();
    private final AtomicLong toClient = new AtomicLong();

    void countFromClient(long bytes) {
        fromClient.addAndGet(bytes);
    }

    void countToClient(long bytes) {
        toClient.addAndGet(bytes);
    }

    long fromClient() {
        return fromClient.get();
    }

    long toClient() {
        return toClient.get();
    }

    long total() {
        return fromClient() + toClient();
    }
}
