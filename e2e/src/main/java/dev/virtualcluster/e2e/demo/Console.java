// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * Shows the run to a person: what is being done, for how long, and how it ended. While a step is silent a line is
 * printed every few seconds, so that nobody has to guess whether it hangs. Steps run on the caller's thread.
 */
public final class Console {
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private final PrintStream out;
    private final Report report;
    private final long started = System.nanoTime();
    private volatile String doing = "";

    /** A console that prints to {@code out} and records each step in {@code report}. */
    public Console(PrintStream out, Report report) {
        this.out = out;
        this.report = report;
    }

    /** Runs {@code work} as the step {@code name}; the failure that it throws is recorded and thrown on. */
    public <T> T step(String name, Callable<T> work) {
        out.printf(Locale.ROOT, "%n==> [%6.1f s] %s%n", seconds(started), name);
        long begin = System.nanoTime();
        doing = name;
        Thread ticker = Thread.ofVirtual().start(() -> tick(begin));
        boolean passed = false;
        try {
            T result = work.call();
            passed = true;
            return result;
        } catch (StepFailedException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted", e);
        } catch (Exception e) {
            throw new StepFailedException(String.valueOf(e.getMessage()), e);
        } finally {
            ticker.interrupt();
            report.step(name, seconds(begin), passed);
            out.printf(Locale.ROOT, "    %s  %.1f s%n", passed ? "ok" : "FAILED", seconds(begin));
        }
    }

    /** Tells what the running step waits for; shown when it stays silent. */
    public void waitingFor(String what) {
        doing = what;
    }

    /** Prints {@code text} below the running step, indented. */
    public void show(String text) {
        text.lines().forEach(line -> out.println("    " + line));
    }

    /** Prints the command that is about to run as a person would type it. */
    public void command(String line) {
        out.println("    $ " + line);
    }

    private void tick(long begin) {
        try {
            while (true) {
                Thread.sleep(SILENCE);
                out.printf(Locale.ROOT, "    ... %.0f s: %s%n", seconds(begin), doing);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
