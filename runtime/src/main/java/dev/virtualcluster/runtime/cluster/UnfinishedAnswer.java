// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Counts what is held of one answer, or of one event of a watch, until its end. The event loop counts, whoever cancels the
 * answer ends it; so it is locked, never for long.
 */
final class UnfinishedAnswer {
    private static final long MIB = 1024 * 1024;

    private final AnswerBudget budget;
    private final String request;
    private final long bound;
    private long held;
    private boolean ended;

    /**
     * Nothing has come yet.
     *
     * @param request what is answered, for the message of a failure
     * @param bound how many bytes the answer may have; the budget may allow less
     */
    UnfinishedAnswer(AnswerBudget budget, String request, long bound) {
        this.budget = budget;
        this.request = request;
        this.bound = bound;
    }

    /** Further bytes are held. */
    synchronized void grow(long bytes) throws AnswerCutOffException {
        if (ended || bytes == 0) {
            return;
        }
        held += bytes;
        boolean fits = budget.take(bytes);
        if (held > bound) {
            throw cutOff(" is larger than " + bound / MIB + " MiB");
        }
        if (!fits) {
            throw cutOff(" and others that are not finished are larger than the " + budget.most() / MIB
                    + " MiB that virtual clusters may make this process hold");
        }
    }

    /** What was held is parsed or dropped; more may come. */
    synchronized void settle() {
        if (held > 0) {
            budget.give(held);
            held = 0;
        }
    }

    /** Nothing is held any more. */
    synchronized void end() {
        settle();
        ended = true;
    }

    AnswerCutOffException cutOff(String why) {
        budget.cutOff();
        return new AnswerCutOffException("the answer to " + request + why);
    }

    static long size(List<ByteBuffer> chunk) {
        long size = 0;
        for (ByteBuffer buffer : chunk) {
            size += buffer.remaining();
        }
        return size;
    }
}
