// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What is asked of a super cluster.
 *
 * @param provider who provides it
 * @param checkout root of the source tree; the kubeconfig is written below its {@code build} folder
 * @param nodes how many nodes it must have; empty leaves a running cluster as it is and makes a new one with two
 * @param force take the place of another checkout's cluster
 */
public record ClusterSettings(Provider provider, Path checkout, OptionalInt nodes, boolean force) {
    /** Nodes of a new cluster when nobody says how many. */
    public static final int DEFAULT_NODES = 2;

    /** The local cluster's addresses are laid out for so many nodes. */
    public static final int MAX_NODES = 3;

    public ClusterSettings {
        checkout = checkout.toAbsolutePath().normalize();
        if (nodes.isPresent() && (nodes.getAsInt() < 1 || nodes.getAsInt() > MAX_NODES)) {
            throw new ClusterException(
                    "NODES=" + nodes.getAsInt() + " is not possible: use 1 to " + MAX_NODES + " nodes.");
        }
    }

    /** Reads {@code PROVIDER}, {@code NODES} and {@code FORCE}. */
    public static ClusterSettings of(Map<String, String> environment, Path checkout) {
        return new ClusterSettings(
                Provider.parse(text(environment, "PROVIDER", "local")),
                checkout,
                number(text(environment, "NODES", "")),
                text(environment, "FORCE", "").equals("1"));
    }

    /** The settings of this process: its environment, and the checkout its working directory is in. */
    public static ClusterSettings ofThisProcess() {
        return of(System.getenv(), checkoutOf(Path.of("")));
    }

    /** The source tree around a folder. */
    public static Path checkoutOf(Path folder) {
        for (Path at = folder.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("e2e/binaries/build.sh"))) {
                return at;
            }
        }
        throw new ClusterException(
                folder.toAbsolutePath() + " is not inside a checkout of VirtualCluster: run this there.");
    }

    /** Where the kubeconfig of the running cluster is put. */
    public Path kubeconfig() {
        return checkout.resolve("build/cluster/kubeconfig");
    }

    public ClusterSettings withNodes(int count) {
        return new ClusterSettings(provider, checkout, OptionalInt.of(count), force);
    }

    public ClusterSettings withForce() {
        return new ClusterSettings(provider, checkout, nodes, true);
    }

    private static String text(Map<String, String> environment, String name, String otherwise) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? otherwise : value.strip();
    }

    private static OptionalInt number(String text) {
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new ClusterException("NODES=" + text + " is not a number: use 1 to " + MAX_NODES + " nodes.", e);
        }
    }
}
