// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** What {@code versions.properties} pins: the programs of the local cluster and the public names of its images. */
public final class Versions {
    private final Map<String, String> values;

    private Versions(Map<String, String> values) {
        this.values = values;
    }

    /** Reads the file that was packed into this library. */
    public static Versions load() {
        Properties properties = new Properties();
        try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
            if (in == null) {
                throw new IllegalStateException("versions.properties is not on the class path");
            }
            properties.load(new java.io.InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("reading versions.properties", e);
        }
        Map<String, String> values = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        return new Versions(values);
    }

    /** The version of a program, {@code kubernetes} for example. */
    public String of(String program) {
        return value(program);
    }

    /** The full public name of an image, {@code busybox} for example. */
    public String image(String name) {
        return value("image." + name);
    }

    private String value(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("versions.properties has no entry '" + key + "'");
        }
        return value;
    }
}
