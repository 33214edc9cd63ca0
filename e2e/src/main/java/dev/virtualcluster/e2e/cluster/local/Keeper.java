// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The small shell loop that starts a program again when it ends; see {@code keep.sh}. */
final class Keeper {
    private static final String SHELL = "/bin/sh";

    private Keeper() {}

    /** The command that keeps another running. */
    static List<String> of(StateFolder state, List<String> command) {
        Path script = script(state);
        try (InputStream in = Keeper.class.getResourceAsStream("keep.sh")) {
            byte[] content = Objects.requireNonNull(in).readAllBytes();
            if (!Files.exists(script) || !Arrays.equals(Files.readAllBytes(script), content)) {
                Files.createDirectories(state.configs());
                // In one piece: another thread may be about to run it.
                Path fresh = Files.createTempFile(state.configs(), "keep", ".new");
                Files.write(fresh, content);
                Files.move(fresh, script, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing " + script, e);
        }
        List<String> kept = new ArrayList<>(List.of(SHELL, script.toString()));
        kept.addAll(command);
        return kept;
    }

    /** Whether a process is the keeper of that program. */
    static boolean keeps(StateFolder state, long pid, String program) {
        return ProcessTable.commandOf(pid).startsWith(SHELL + "\0" + script(state) + "\0" + program + "\0");
    }

    private static Path script(StateFolder state) {
        return state.configs().resolve("keep.sh");
    }
}
