// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.versions;

import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;

/** Says which field of a ClusterVersion the parser could not read. */
final class UnreadableField {
    private UnreadableField() {}

    static String describe(RuntimeException failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof JacksonException)) {
            cause = cause.getCause();
        }
        if (cause instanceof JacksonException parser && !parser.getPath().isEmpty()) {
            String path = parser.getPath().stream()
                    .map(step ->
                            step.getPropertyName() == null ? "[" + step.getIndex() + "]" : "." + step.getPropertyName())
                    .collect(Collectors.joining());
            return "spec" + path + ": has the wrong type (" + firstLine(parser.getOriginalMessage()) + ")";
        }
        return "spec: cannot be read (" + firstLine(String.valueOf(failure.getMessage())) + ")";
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
