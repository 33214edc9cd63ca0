// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** The files that the demonstration brings along, and the pinned versions. */
public final class Resources {
    private Resources() {}

    /** The text of {@code name} below {@code /demo}. */
    static String text(String name) {
        try (InputStream stream = open("/demo/" + name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value of {@code key} in {@code versions.properties}. */
    public static String version(String key) {
        Properties properties = new Properties();
        try (InputStream stream = open("/versions.properties")) {
            properties.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String value = properties.getProperty(key);
        if (value == null) {
            throw new IllegalStateException("versions.properties has no " + key);
        }
        return value;
    }

    private static InputStream open(String path) {
        InputStream stream = Resources.class.getResourceAsStream(path);
        if (stream == null) {
            throw new IllegalStateException("not on the class path: " + path);
        }
        return stream;
    }
}
