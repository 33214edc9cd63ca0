// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What our processes say about themselves is explained: every condition, reason, event and meter that the code names. */
class OperationsTest {
    private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> PROCESSES = List.of("runtime", "tenant-operator", "syncer", "vn-agent");
    private static final Pattern METER = Pattern.compile("\\bmeters\\s*\\.(?:counter|gauge|timer)\\(\\s*\"(\\w+)\"");
    private static final Pattern FLAG = Pattern.compile("\\bnames = \"--([a-z-]+)\"");
    private static final Pattern DOCUMENTED_FLAG = Pattern.compile("`--(?:\\[no-])?([a-z-]+)`");
    private static final Pattern CONDITION = Pattern.compile("String \\w+ = \"(\\w+)\"");
    private static final Pattern OUTCOME =
            Pattern.compile("(?:\\bOutcome\\s*\\.(?:ready|waiting|blocked)|\\bdenied)\\(\\s*\"(\\w+)\"");
    private static final Pattern SYNCER_CONDITION =
            Pattern.compile("\\bcondition\\.write\\(\\s*\\w+,\\s*\\w+,\\s*\"(\\w+)\"");
    private static final Pattern TENANT_EVENT = Pattern.compile(
            "(?:\\bRefusedException\\(\\s*|\\.warn\\(\\s*\\w+,\\s*|\\brefused\\(\\s*\\w+,\\s*\\w+,\\s*)\"(\\w+)\"");

    @Test
    void everyMeterIsExplained() throws IOException {
        String page = Files.readString(CHECKOUT.resolve("docs/operations.md"));

        assertThat(named(METER, PROCESSES))
                .hasSizeGreaterThan(20)
                .allSatisfy(meter -> assertThat(page).containsPattern("`vc_\\w+_" + meter + "(_total|_seconds)?`"));
    }

    @ParameterizedTest
    @CsvSource({"tenant-operator, Of the operator", "syncer, Of the syncer", "vn-agent, Of the node agent"})
    void everyFlagIsExplainedAndNoOther(String process, String title) throws IOException {
        String page = Files.readString(CHECKOUT.resolve("docs/operations.md"));
        int flags = page.indexOf("## Flags");
        int start = page.indexOf("### " + title, flags);
        String table = page.substring(start, page.indexOf("\n##", start + 1));

        assertThat(DOCUMENTED_FLAG.matcher(table).results().map(hit -> hit.group(1)))
                .containsExactlyInAnyOrderElementsOf(named(FLAG, List.of(process)));
    }

    @Test
    void everyConditionAndEveryReasonIsExplained() throws IOException {
        String page = Files.readString(CHECKOUT.resolve("docs/operations.md"));

        SortedSet<String> words =
                named(CONDITION, List.of("apis/src/main/java/dev/virtualcluster/apis/ConditionTypes.java"));
        words.addAll(named(OUTCOME, List.of("tenant-operator")));
        words.addAll(named(SYNCER_CONDITION, List.of("syncer")));
        assertThat(words)
                .hasSizeGreaterThan(40)
                .allSatisfy(word -> assertThat(page).contains("`" + word + "`"));
    }

    @Test
    void everyEventOfTheSyncerIsExplainedToTenants() throws IOException {
        String page = Files.readString(CHECKOUT.resolve("docs/tenants.md"));

        assertThat(named(TENANT_EVENT, List.of("syncer")))
                .hasSizeGreaterThan(6)
                .allSatisfy(word -> assertThat(page).contains("`" + word + "`"));
    }

    private static SortedSet<String> named(Pattern pattern, List<String> places) {
        SortedSet<String> names = new TreeSet<>();
        for (String place : places) {
            try (Stream<Path> files = Files.walk(CHECKOUT.resolve(place))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> file.toString().contains("/src/main/"))
                        .forEach(file -> pattern.matcher(read(file)).results().forEach(hit -> names.add(hit.group(1))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return names;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
