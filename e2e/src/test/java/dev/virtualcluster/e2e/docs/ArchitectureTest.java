// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The files that the documentation names are there, and the Make targets too. */
class ArchitectureTest {
    private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern SOURCE = Pattern.compile("`([\\w./-]+\\.(?:java|yaml|yml|sh|md|properties))`");
    private static final Set<String> NOT_OURS = Set.of("target", "build", ".git", ".mvn");
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

    /** Every document of the checkout, wherever it lies; the changelog speaks of what was. */
    private static List<Path> documents() throws Exception {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(CHECKOUT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return NOT_OURS.contains(String.valueOf(folder.getFileName()))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".md") && !file.endsWith("CHANGELOG.md")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(found).hasSizeGreaterThan(20);
        return found;
    }

    private static List<String> matches(Pattern pattern, Path document) throws Exception {
        return pattern.matcher(Files.readString(document))
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }
}
