// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;

/** Failures as Jackson reports them: of its own kind, whatever the cause, and with the way to the place. */
final class Failures {
    private Failures() {}

    static JacksonException at(
            DeserializationContext context, RuntimeException failure, JacksonException.Reference place) {
        return DatabindException.wrapWithPath(context, failure, place);
    }

    static JacksonException at(
            SerializationContext context, RuntimeException failure, JacksonException.Reference place) {
        return DatabindException.wrapWithPath(context, failure, place);
    }
}
