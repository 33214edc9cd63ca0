// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.bench;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/** Durations of one kind, in milliseconds. Used by one thread. */
final class Samples {
    private static final long LARGEST = Duration.ofMinutes(10).toMillis();
    private final Histogram histogram = new Histogram(LARGEST, 3);

    void add(Duration duration) {
        histogram.recordValue(Math.min(LARGEST, duration.toMillis()));
    }

    long percentile(double percent) {
        return histogram.getValueAtPercentile(percent);
    }

    String row(String name) {
        return String.format(
                java.util.Locale.ROOT,
                "%-34s %6d %8d %8d %8d %8d",
                name,
                histogram.getTotalCount(),
                histogram.getMinValue(),
                percentile(50),
                percentile(99),
                histogram.getMaxValue());
    }

    static String header() {
        return String.format("%-34s %6s %8s %8s %8s %8s", "milliseconds", "n", "min", "p50", "p99", "max");
    }
}
