// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the run did and measured, rewritten to {@code report.json} after each step so that a run that is cut short
 * still tells how far it came. Used by one thread.
 */
public final class Report {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path file;
    private final List<StepRecord> steps = new ArrayList<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();

    /** One finished step; {@code seconds} is wall time. */
    public record StepRecord(String name, double seconds, boolean passed) {}

    /** A report that will be written to {@code file}; its folder is made when missing. */
    public Report(Path file) {
        this.file = file;
    }

    /** Adds a finished step and writes the file. */
    public void step(String name, double seconds, boolean passed) {
        steps.add(new StepRecord(name, rounded(seconds), passed));
        write();
    }

    /** Sets a figure; its name carries the unit ({@code virtualClusterReadySeconds}). */
    public void figure(String name, double value) {
        figures.put(name, rounded(value));
        write();
    }

    /** The figures so far, in the order in which they were set. */
    public Map<String, Object> figures() {
        return Map.copyOf(figures);
    }

    private void write() {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path scratch = file.resolveSibling(file.getFileName() + ".new");
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("steps", steps);
            document.put("figures", figures);
            Files.writeString(scratch, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n");
            Files.move(scratch, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
