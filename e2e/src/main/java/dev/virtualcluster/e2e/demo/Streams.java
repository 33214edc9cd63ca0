// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands that stream until they are stopped: what they say is read while they run, then they are ended. */
public final class Streams {
    private static final Pattern FORWARDING = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+)");

    private Streams() {}

    /** The first {@code count} lines of {@code command}'s output. */
    public static String firstLines(Command command, int count, Duration limit) throws Exception {
        Process process = command.start();
        try {
            return within(limit, process, "line " + count, reader -> {
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < count; i++) {
                    String line = reader.readLine();
                    if (line == null) {
                        break;
                    }
                    text.append(line).append('\n');
                }
                return text.toString();
            });
        } finally {
            process.destroy();
        }
    }

    /** Starts {@code command}, a {@code kubectl port-forward} to a free port, and gets {@code path} through it. */
    static String throughForward(Command command, String path, Duration limit) throws Exception {
        Process process = command.start();
        try {
            String port = within(limit, process, "'Forwarding from'", reader -> {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    Matcher matcher = FORWARDING.matcher(line);
                    if (matcher.find()) {
                        return matcher.group(1);
                    }
                }
                return "";
            });
            if (port.isEmpty()) {
                throw new StepFailedException("kubectl port-forward ended: " + errors(process));
            }
            try (HttpClient client = HttpClient.newHttpClient()) {
                return client.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                        .timeout(limit)
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
            }
        } finally {
            process.destroy();
        }
    }

    private interface Reading {
        String from(BufferedReader reader) throws IOException;
    }

    private static String within(Duration limit, Process process, String what, Reading reading) throws Exception {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(reading.from(process.inputReader(StandardCharsets.UTF_8)));
            } catch (IOException e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            process.destroy();
            throw new StepFailedException("no " + what + " within " + limit.toSeconds() + " s: " + errors(process), e);
        }
    }

    private static String errors(Process process) throws IOException {
        process.destroy();
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
