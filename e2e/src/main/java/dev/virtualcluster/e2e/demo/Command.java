// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of an outside program: arguments, added environment, standard input and a time limit after which it is
 * killed. Immutable.
 */
public record Command(
        List<String> arguments,
        Map<String, String> environment,
        @Nullable String input,
        Duration limit) {
    private static final Duration DEFAULT_LIMIT = Duration.ofMinutes(2);

    /** Copies what it is given. */
    public Command {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** What came of a run; output is decoded as UTF-8. A run past its limit has {@code exit} 124. */
    public record Outcome(int exit, String out, String err) {
        /** Standard output and standard error, in that order. */
        public String all() {
            return out + err;
        }
    }

    /** A command with nothing added and a limit of two minutes. */
    public static Command of(String... arguments) {
        return new Command(List.of(arguments), Map.of(), null, DEFAULT_LIMIT);
    }

    /** The same with one more environment variable. */
    public Command with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new Command(arguments, more, input, limit);
    }

    /** The same with {@code text} on standard input. */
    public Command reading(String text) {
        return new Command(arguments, environment, text, limit);
    }

    /** The same, killed after {@code duration}. */
    public Command within(Duration duration) {
        return new Command(arguments, environment, input, duration);
    }

    /** Runs to the end or the limit. */
    public Outcome run() throws InterruptedException {
        Process process = start();
        CompletableFuture<String> out = drained(process.getInputStream());
        CompletableFuture<String> err = drained(process.getErrorStream());
        try {
            try (var stdin = process.getOutputStream()) {
                if (input != null) {
                    stdin.write(input.getBytes(StandardCharsets.UTF_8));
                }
            } catch (IOException e) {
                // The program ended without reading all of its input; its exit status tells why.
            }
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                return new Outcome(124, out.join(), err.join() + "\nkilled after " + limit.toSeconds() + " s");
            }
            return new Outcome(process.exitValue(), out.join(), err.join());
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts it and leaves its streams and its end to the caller. */
    public Process start() {
        ProcessBuilder builder = new ProcessBuilder(arguments);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + arguments.getFirst(), e);
        }
    }

    private static CompletableFuture<String> drained(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.complete("");
            }
        });
        return text;
    }
}
