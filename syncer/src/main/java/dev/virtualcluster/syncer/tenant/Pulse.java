// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import dev.virtualcluster.syncer.requests.UnreachableException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether an API server answers at all. It is asked while its watches are quiet: a connection whose other end has gone
 * without a word looks like one on which nothing happens. One question is under way at a time, in a thread of its own.
 * Safe for use by any thread; never blocks.
 */
final class Pulse {
    private final Runnable question;
    private final LongSupplier nanoTime;

    private boolean isAsking;
    private boolean isOpen;
    private boolean isFelt;
    private long openSince;
    private long answeredAt;

    /** @param question blocks, and throws an {@link UnreachableException} when no answer comes */
    Pulse(Runnable question, LongSupplier nanoTime) {
        this.question = question;
        this.nanoTime = nanoTime;
    }

    /** Asks, unless a question is under way. */
    synchronized void ask() {
        if (isAsking) {
            return;
        }
        isAsking = true;
        if (!isOpen) {
            isOpen = true;
            openSince = nanoTime.getAsLong();
        }
        Thread.ofVirtual().name("pulse").start(this::listen);
    }

    /** Tells whether a question waits for an answer, also when it failed and is to be asked again. */
    synchronized boolean isOpen() {
        return isOpen;
    }

    /** Tells whether questions have been without answer for longer than {@code d}. */
    synchronized boolean isUnanswered(Duration d) {
        return isOpen && nanoTime.getAsLong() - openSince > d.toNanos();
    }

    /** Tells whether an answer came within {@code d}. */
    synchronized boolean wasFelt(Duration d) {
        return isFelt && nanoTime.getAsLong() - answeredAt <= d.toNanos();
    }

    private void listen() {
        boolean isAnswered = false;
        try {
            question.run();
            isAnswered = true;
        } catch (UnreachableException e) {
            // Told by how long it has been so.
            isAnswered = false;
        } catch (KubernetesClientException e) {
            // A refusal is an answer.
            isAnswered = true;
        } catch (IllegalStateException e) {
            // The connection has been closed: the tenant goes.
            isAnswered = false;
        } finally {
            ended(isAnswered);
        }
    }

    private synchronized void ended(boolean isAnswered) {
        isAsking = false;
        if (isAnswered) {
            isOpen = false;
            isFelt = true;
            answeredAt = nanoTime.getAsLong();
        }
    }
}
