// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * Tells the person who waits what is being done and how long it has taken. Steps may run at the same time on several
 * threads; lines never mix.
 */
public final class Progress {
    private final PrintStream out;
    private final long started = System.nanoTime();

    private Progress(PrintStream out) {
        this.out = out;
    }

    /** Lines on standard error, which leaves standard output to a command's result. */
    public static Progress toTerminal() {
        return new Progress(System.err);
    }

    public static Progress to(PrintStream out) {
        return new Progress(out);
    }

    /** Says one thing, with the time since this progress began in front. */
    public void say(String line) {
        String text = String.format(Locale.ROOT, "[%6.1f s] %s", seconds(since(started)), line);
        synchronized (out) {
            out.println(text);
            out.flush();
        }
    }

    /** Runs a step; says when it starts and, with its own duration, when it is done. */
    public <T> T step(String what, Callable<T> work) throws Exception {
        say(what + " ...");
        long from = System.nanoTime();
        T result = work.call();
        say(String.format(Locale.ROOT, "%s: done in %.1f s", what, seconds(since(from))));
        return result;
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
