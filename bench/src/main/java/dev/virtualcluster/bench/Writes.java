// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.bench;

import dev.virtualcluster.e2e.demo.Kubectl;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What was written to an API server while nobody asked for anything, by resource, from its own request counter. */
final class Writes {
    private static final Pattern WRITE = Pattern.compile(
            "apiserver_request_total\\{.*[{,]resource=\"([^\"]*)\".*verb=\"(?:POST|PUT|PATCH|DELETE|APPLY)\".*} (\\S+)");

    private Writes() {}

    /** Writes per resource in {@code span}; blocks for that long. */
    static String during(Duration span, Kubectl first, Kubectl second) throws InterruptedException {
        Map<String, Double> firstBefore = count(first);
        Map<String, Double> secondBefore = count(second);
        Thread.sleep(span);
        return "tenant: " + difference(firstBefore, count(first)) + "; super cluster: "
                + difference(secondBefore, count(second));
    }

    private static Map<String, Double> count(Kubectl kubectl) throws InterruptedException {
        Map<String, Double> writes = new TreeMap<>();
        kubectl.run("get", "--raw", "/metrics").lines().forEach(line -> {
            Matcher matcher = WRITE.matcher(line);
            if (matcher.matches()) {
                writes.merge(matcher.group(1), Double.parseDouble(matcher.group(2)), Double::sum);
            }
        });
        return writes;
    }

    private static String difference(Map<String, Double> before, Map<String, Double> after) {
        String text = after.entrySet().stream()
                .filter(entry -> entry.getValue() > before.getOrDefault(entry.getKey(), 0.0))
                .map(entry ->
                        entry.getKey() + " " + Math.round(entry.getValue() - before.getOrDefault(entry.getKey(), 0.0)))
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "none" : text;
    }
}
