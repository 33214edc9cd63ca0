// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Command lines as a person types them into a shell. Pure functions but for the folder of this process. */
final class Shell {
    private static final Pattern PLAIN = Pattern.compile("[\\w./:=@%+,-]+");

    private Shell() {}

    /** The words as one line, quoted where a shell would change them. */
    static String line(String... words) {
        return Arrays.stream(words).map(Shell::quoted).collect(Collectors.joining(" "));
    }

    /** The path as seen from the folder in which the demonstration was started; outside of it, the whole path. */
    static String path(Path path) {
        Path here = Path.of("").toAbsolutePath();
        Path there = path.toAbsolutePath().normalize();
        return there.startsWith(here) ? here.relativize(there).toString() : there.toString();
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
