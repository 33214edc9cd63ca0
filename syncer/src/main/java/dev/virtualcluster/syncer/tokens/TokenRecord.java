// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tokens;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When each token of a Secret was issued and for how long; what is written into the Secret's annotation, so that a syncer
 * that has just started knows when to renew.
 *
 * @param tokens by key inside the Secret
 */
record TokenRecord(Map<String, Issue> tokens) {
    /** Kubelets renew no later than this either, however long a token would live. */
    private static final Duration LONGEST = Duration.ofHours(24);

    /** Renewal comes between these parts of a token's life, in percent, spread over pods and keys. */
    private static final int EARLIEST_PERCENT = 65;

    private static final int SPREAD_PERCENT = 13;

    /**
     * One token.
     *
     * @param at when it was asked for, by our clock
     */
    record Issue(Instant at, Duration life) {
        /** When to renew: the same at each asking, different from pod to pod. */
        Instant due(String seed) {
            int part = EARLIEST_PERCENT + Math.floorMod(seed.hashCode(), SPREAD_PERCENT);
            Duration use = life.multipliedBy(part).dividedBy(100);
            return at.plus(use.compareTo(LONGEST) > 0 ? LONGEST : use);
        }
    }

    private static final Pattern ENTRY = Pattern.compile("([^=;,]+)=([^=;,]+);([0-9]+)");

    static final TokenRecord EMPTY = new TokenRecord(Map.of());

    TokenRecord {
        tokens = Map.copyOf(tokens);
    }

    /** Reads the annotation; what cannot be read counts as not issued. */
    static TokenRecord parse(String text) {
        Map<String, Issue> tokens = new LinkedHashMap<>();
        Matcher entry = ENTRY.matcher(text);
        while (entry.find()) {
            Issue issue = issue(entry.group(2), entry.group(3));
            if (issue != null) {
                tokens.put(entry.group(1), issue);
            }
        }
        return new TokenRecord(tokens);
    }

    private static @Nullable Issue issue(String at, String seconds) {
        try {
            return new Issue(Instant.parse(at), Duration.ofSeconds(Long.parseLong(seconds)));
        } catch (DateTimeParseException | NumberFormatException e) {
            return null;
        }
    }

    /** The annotation: {@code key=time;seconds}, joined by commas, none of which a key can hold. */
    String text() {
        List<String> entries = new ArrayList<>();
        tokens.forEach((key, issue) -> entries.add(key + "=" + issue.at + ";" + issue.life.toSeconds()));
        entries.sort(null);
        return String.join(",", entries);
    }

    TokenRecord with(String key, Issue issue) {
        Map<String, Issue> more = new LinkedHashMap<>(tokens);
        more.put(key, issue);
        return new TokenRecord(more);
    }
}
