// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.apply;

/**
 * Told of every write before and after it is sent. Production counts; tests stop the process's life at each of them.
 * Called on any thread.
 */
public interface WriteGate {
    /** About to be sent. */
    void before(String verb, String kind);

    /** Answered. */
    void after(String verb, String kind);

    /** Lets everything pass. */
    static WriteGate open() {
        return new WriteGate() {
            @Override
            public void before(String verb, String kind) {}

            @Override
            public void after(String verb, String kind) {}
        };
    }
}
