// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.versions;

import java.util.Collection;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.MismatchedInputException;

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
            return "spec" + path + ": " + wanted(parser);
        }
        return "spec: cannot be read; compare it with kubectl explain clusterversion.spec";
    }

    /** In the words of YAML: what the parser says is for who wrote the class. */
    private static String wanted(JacksonException parser) {
        var type = parser instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        if (type == null) {
            return "has a value that cannot be read";
        }
        if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "must be a list";
        }
        if (type == String.class) {
            return "must be a string";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "must be true or false";
        }
        if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            return "must be a number";
        }
        return "must be an object with fields";
    }
}
