// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.conformance;

import dev.virtualcluster.e2e.conformance.TestBinary.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The table that people read: each test, how it ended on either side, and why where it did not pass in the tenant. */
final class ConformanceTable {
    private final List<String> tests;
    private final Map<String, Verdict> inSuper;
    private final Map<String, Verdict> inTenant;
    private final Properties reasons;

    /** {@code reasons} maps a test's name to a sentence written by a person; without one the failure's text is shown. */
    ConformanceTable(
            List<String> tests, Map<String, Verdict> inSuper, Map<String, Verdict> inTenant, Properties reasons) {
        this.tests = tests;
        this.inSuper = inSuper;
        this.inTenant = inTenant;
        this.reasons = reasons;
    }

    /** One line of counts. */
    String summary() {
        return tests.size() + " tests: "
                + tests.stream().filter(t -> passed(inSuper, t)).count() + " passed on the super cluster, "
                + tests.stream().filter(t -> passed(inTenant, t)).count() + " in the tenant";
    }

    String markdown(String version) {
        long both = tests.stream()
                .filter(t -> passed(inSuper, t) && passed(inTenant, t))
                .count();
        long neither = tests.stream()
                .filter(t -> !passed(inSuper, t) && !passed(inTenant, t))
                .count();
        long ours = tests.stream()
                .filter(t -> passed(inSuper, t) && !passed(inTenant, t))
                .count();
        long tenantOnly = tests.size() - both - neither - ours;
        StringBuilder text = new StringBuilder("""
                # Conformance sample

                The first %d `[Conformance]` tests of Kubernetes %s in alphabetical order, without those marked `[Serial]` or
                `[Disruptive]`, run by upstream's own binary against the super cluster and against a tenant of it, both at once
                (`make conformance`).

                | passed in both | failed in both (environment) | failed in the tenant only (ours) | passed in the tenant only |
                |---|---|---|---|
                | %d | %d | %d | %d |

                | test | super cluster | tenant | why not |
                |---|---|---|---|
                """.formatted(tests.size(), version, both, neither, ours, tenantOnly));
        for (String test : tests) {
            text.append("| ")
                    .append(test.replace("|", "\\|").replace(" [Conformance]", ""))
                    .append(" | ")
                    .append(state(inSuper, test))
                    .append(" | ")
                    .append(state(inTenant, test))
                    .append(" | ")
                    .append(why(test))
                    .append(" |\n");
        }
        return text.toString();
    }

    private String why(String test) {
        if (passed(inTenant, test)) {
            return "";
        }
        String written = reasons.getProperty(test.replace(' ', '_'));
        if (written != null) {
            return written;
        }
        Verdict verdict = inTenant.get(test);
        String told = verdict == null ? "not run to its end" : verdict.message();
        // Addresses and names of one run say nothing about the next.
        String message = told.replaceAll("https?://\\S+", "…").replaceAll("<[^>]*>", "");
        return message.replace("|", "\\|")
                .substring(0, Math.min(160, message.replace("|", "\\|").length()));
    }

    private static String state(Map<String, Verdict> verdicts, String test) {
        Verdict verdict = verdicts.get(test);
        return verdict == null ? "not run" : verdict.state();
    }

    private static boolean passed(Map<String, Verdict> verdicts, String test) {
        Verdict verdict = verdicts.get(test);
        return verdict != null && verdict.passed();
    }
}
