// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.conformance;

import dev.virtualcluster.e2e.demo.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Upstream's {@code e2e.test} under {@code ginkgo}, as the folder {@code binaries} holds them; reports and logs go to
 * {@code work}. One run at a time per {@code work} folder.
 */
record TestBinary(Path binaries, Path work) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration LISTING_LIMIT = Duration.ofMinutes(2);

    /** How one test ended; {@code message} is the first line of its failure, or empty. */
    record Verdict(String state, String message) {
        boolean passed() {
            return state.equals("passed");
        }
    }

    /** The names of the parallel-safe conformance tests that match {@code focus}, in alphabetical order. */
    List<String> list(String focus) throws Exception {
        Path report = work.resolve("list.json");
        Files.createDirectories(work);
        var outcome = Command.of(
                        binaries.resolve("e2e.test").toString(),
                        "--ginkgo.dry-run",
                        "--ginkgo.no-color",
                        "--ginkgo.focus=\\[Conformance\\]",
                        "--ginkgo.skip=\\[Serial\\]|\\[Disruptive\\]",
                        "--ginkgo.json-report=" + report,
                        "--provider=skeleton",
                        "--kubeconfig=/dev/null")
                .within(LISTING_LIMIT)
                .run();
        if (!Files.exists(report)) {
            throw new IOException("e2e.test could not list its tests: " + outcome.all());
        }
        Pattern wanted = Pattern.compile(focus);
        return verdicts(report).entrySet().stream()
                .filter(e -> e.getValue().passed())
                .map(Map.Entry::getKey)
                .filter(name -> wanted.matcher(name).find())
                .sorted()
                .toList();
    }

    /** Runs {@code tests} with {@code kubeconfig}; {@code side} names the log and the report. */
    Map<String, Verdict> run(
            List<String> tests, Path kubeconfig, String side, int processes, int attempts, Duration limit)
            throws Exception {
        Path report = work.resolve(side + ".json");
        Files.deleteIfExists(report);
        String focus = tests.stream().map(TestBinary::quoted).collect(Collectors.joining("|", "(", ")$"));
        List<String> line = new ArrayList<>(List.of(
                binaries.resolve("ginkgo").toString(),
                "--no-color",
                "--procs=" + processes,
                "--timeout=" + limit.toSeconds() + "s",
                // Both sides share two nodes: a test that met the other's load may try again.
                "--flake-attempts=" + attempts,
                "--focus=" + focus,
                "--output-dir=" + work,
                "--json-report=" + side + ".json",
                binaries.resolve("e2e.test").toString(),
                "--",
                "--provider=skeleton",
                "--kubeconfig=" + kubeconfig,
                "--allowed-not-ready-nodes=0",
                "--disable-log-dump=true",
                "--report-dir=" + work.resolve(side + "-report")));
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve(side + ".log").toFile())
                .start();
        try {
            process.waitFor();
        } finally {
            process.destroy();
        }
        if (!Files.exists(report)) {
            throw new IOException("no report of the run; see " + work.resolve(side + ".log"));
        }
        Map<String, Verdict> verdicts = verdicts(report);
        verdicts.keySet().retainAll(tests);
        return verdicts;
    }

    private static Map<String, Verdict> verdicts(Path report) throws IOException {
        Map<String, Verdict> verdicts = new TreeMap<>();
        for (JsonNode suite : MAPPER.readTree(Files.readString(report))) {
            for (JsonNode spec : suite.path("SpecReports")) {
                String leaf = spec.path("LeafNodeText").asString("");
                if (!spec.path("LeafNodeType").asString("").equals("It")) {
                    continue;
                }
                StringBuilder name = new StringBuilder();
                for (JsonNode text : spec.path("ContainerHierarchyTexts")) {
                    name.append(text.asString()).append(' ');
                }
                String message = spec.path("Failure").path("Message").asString("");
                verdicts.put(
                        name + leaf,
                        new Verdict(
                                spec.path("State").asString(""),
                                message.lines().findFirst().orElse("")));
            }
        }
        return verdicts;
    }

    /** Go's regular expressions have no \Q…\E that ginkgo passes on unharmed: each special character is escaped. */
    private static String quoted(String name) {
        return name.replaceAll("([\\\\.\\[\\]{}()*+?^$|])", "\\\\$1");
    }
}
