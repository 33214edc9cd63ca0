// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The files that the demonstration brings along. */
final class Resources {
    private Resources() {}

    /** The text of {@code name} below {@code /demo}. */
    static String text(String name) {
        try (InputStream stream = open("/demo/" + name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String path) {
        InputStream stream = Resources.class.getResourceAsStream(path);
        if (stream == null) {
            throw new IllegalStateException("not on the class path: " + path);
        }
        return stream;
    }
}
