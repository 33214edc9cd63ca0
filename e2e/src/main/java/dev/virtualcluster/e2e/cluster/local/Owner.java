// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/**
 * Whose cluster it is: written before anything is made, removed after everything is removed.
 *
 * @param bootId the kernel's id of the boot it was started in: after a restart of the machine nothing of it lives
 */
record Owner(Path checkout, Instant since, String bootId, int nodes) {
    static Optional<Owner> read(StateFolder state) {
        try {
            if (!Files.exists(state.owner())) {
                return Optional.empty();
            }
            Properties values = new Properties();
            values.load(new StringReader(Files.readString(state.owner())));
            return Optional.of(new Owner(
                    Path.of(values.getProperty("checkout", "?")),
                    Instant.parse(values.getProperty("since", Instant.EPOCH.toString())),
                    values.getProperty("bootId", "?"),
                    Integer.parseInt(values.getProperty("nodes", "1"))));
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + state.owner(), e);
        }
    }

    void write(StateFolder state) {
        try {
            Files.createDirectories(state.root());
            Path fresh = state.root().resolve("owner.new");
            Files.writeString(fresh, """
                    # The checkout whose local cluster this is. Take it down there: make cluster-down
                    checkout=%s
                    since=%s
                    bootId=%s
                    nodes=%d
                    """.formatted(checkout, since, bootId, nodes));
            Files.move(fresh, state.owner(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("writing " + state.owner(), e);
        }
    }

    Owner withNodes(int count) {
        return new Owner(checkout, since, bootId, count);
    }

    boolean isOfThisBoot() {
        return bootId.equals(currentBoot());
    }

    static String currentBoot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("reading the boot id", e);
        }
    }
}
