// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.logging;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Puts values into the diagnostic context of the calling thread and restores on close what was there before. Only for
 * the (virtual) threads of blocking work; never on an event loop, whose thread serves everybody. Close on the thread
 * that opened, innermost first.
 */
public final class LogScope implements AutoCloseable {
    private final @Nullable Map<String, String> before;

    private LogScope() {
        before = MDC.getCopyOfContextMap();
    }

    /** Opens a scope with one value. */
    public static LogScope of(String key, String value) {
        return new LogScope().with(key, value);
    }

    /** Adds a value to this scope. */
    public LogScope with(String key, String value) {
        MDC.put(key, value);
        return this;
    }

    @Override
    public void close() {
        if (before == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(before);
        }
    }
}
