// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files that the documentation names are there, and the Make targets too. */
class ArchitectureTest {
    private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern SOURCE = Pattern.compile("`([\\w./-]+\\.(?:java|yaml|yml|sh|md|properties))`");
    private static final Pattern TARGET = Pattern.compile("`make ([a-z-]+)");

    @Test
    void everyFileThatTheDocumentationNamesExists() throws Exception {
        for (Path document : documents()) {
            for (String file : matches(SOURCE, document)) {
                if (file.contains("/") && !file.startsWith("build/")) {
                    assertThat(CHECKOUT.resolve(file))
                            .as("named in " + document.getFileName())
                            .exists();
                }
            }
        }
    }

    @Test
    void everyMakeTargetThatTheDocumentationNamesExists() throws Exception {
        String makefile = Files.readString(CHECKOUT.resolve("Makefile"));
        for (Path document : documents()) {
            for (String target : matches(TARGET, document)) {
                assertThat(makefile).as("named in " + document.getFileName()).containsPattern("(?m)^" + target + ":");
            }
        }
    }

    private static List<Path> documents() throws Exception {
        try (Stream<Path> docs = Files.walk(CHECKOUT.resolve("docs"))) {
            return Stream.concat(
                            docs.filter(p -> p.toString().endsWith(".md")),
                            Stream.of("README.md", "DEVELOPMENT.md")
                                    .map(CHECKOUT::resolve)
                                    .filter(Files::exists))
                    .toList();
        }
    }

    private static List<String> matches(Pattern pattern, Path document) throws Exception {
        return pattern.matcher(Files.readString(document))
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }
}
