// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.route;

import dev.virtualcluster.agent.http.RefusalReason;
import dev.virtualcluster.agent.http.RefusedException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The query keys of one endpoint and what their values may be. A key that is not listed is refused and not dropped: a dropped option
 * changes what a command means without a word. What passes is decoded once and written anew, so the kubelet reads what was judged.
 */
final class QueryRules {
    private static final int MOST_PAIRS = 1024;
    private static final Pattern BOOLEAN = Pattern.compile("[01]|true|false");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");
    private static final Pattern TIME = Pattern.compile("[-0-9T:.Z+]{1,64}");
    private static final Pattern STREAM = Pattern.compile("All|Stdout|Stderr");
    private static final Pattern PORTS = Pattern.compile("[0-9]{1,5}(,[0-9]{1,5}){0,31}");
    private static final Pattern ANYTHING = Pattern.compile("[^\\x00]*", Pattern.DOTALL);

    private static final QueryRules NONE = new QueryRules(Map.of());
    private static final QueryRules LOGS = new QueryRules(Map.of(
            "follow", BOOLEAN,
            "previous", BOOLEAN,
            "timestamps", BOOLEAN,
            "sinceSeconds", NUMBER,
            "sinceTime", TIME,
            "tailLines", NUMBER,
            "limitBytes", NUMBER,
            "stream", STREAM));
    private static final QueryRules STREAMS =
            new QueryRules(Map.of("input", BOOLEAN, "output", BOOLEAN, "error", BOOLEAN, "tty", BOOLEAN));
    private static final QueryRules COMMAND = new QueryRules(
            Map.of("input", BOOLEAN, "output", BOOLEAN, "error", BOOLEAN, "tty", BOOLEAN, "command", ANYTHING));
    private static final QueryRules PORT = new QueryRules(Map.of("port", PORTS));

    /** The keys that may come more than once. */
    private static final Set<String> REPEATED = Set.of("command", "port");

    private final Map<String, Pattern> rules;

    private QueryRules(Map<String, Pattern> rules) {
        this.rules = rules;
    }

    static QueryRules of(Endpoint endpoint) {
        return switch (endpoint) {
            case HEALTH -> NONE;
            case CONTAINER_LOGS -> LOGS;
            case EXEC -> COMMAND;
            case ATTACH -> STREAMS;
            case PORT_FORWARD -> PORT;
        };
    }

    /** The query as the kubelet shall get it; empty when there is none. */
    String rewrite(String rawQuery) {
        if (rawQuery.isEmpty()) {
            return "";
        }
        String[] pairs = rawQuery.split("&", -1);
        if (pairs.length > MOST_PAIRS) {
            throw refused("more than " + MOST_PAIRS + " query parameters");
        }
        StringBuilder written = new StringBuilder(rawQuery.length() + 16);
        Set<String> seen = new HashSet<>();
        for (String pair : pairs) {
            append(written, pair, seen);
        }
        return written.toString();
    }

    private void append(StringBuilder written, String pair, Set<String> seen) {
        int equals = pair.indexOf('=');
        if (equals < 1) {
            throw refused("a query parameter must be a key, '=' and a value");
        }
        String key = pair.substring(0, equals);
        Pattern rule = rules.get(key);
        if (rule == null) {
            throw refused("a query parameter that this endpoint does not have"
                    + (key.matches("[A-Za-z]{1,40}") ? ": " + key : ""));
        }
        if (!seen.add(key) && !REPEATED.contains(key)) {
            throw refused("the query parameter " + key + " comes twice");
        }
        String value = PercentCoding.decode(pair.substring(equals + 1));
        if (!rule.matcher(value).matches()) {
            throw refused("the query parameter " + key + " has a value it cannot have");
        }
        written.append(written.isEmpty() ? "" : "&").append(key).append('=').append(PercentCoding.encode(value));
    }

    private static RefusedException refused(String message) {
        return new RefusedException(RefusalReason.QUERY, message);
    }
}
