// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

import java.util.Arrays;
import java.util.Locale;

/** Who provides the super cluster; chosen by the environment variable {@code PROVIDER}. */
public enum Provider {
    /** Processes on this machine: the default, needs root and Go. */
    LOCAL,
    /** k3s in a container: needs a Docker engine. */
    K3S,
    /** The cluster that {@code KUBECONFIG} points at. */
    EXISTING;

    /** Reads a provider's name as people write it. */
    public static Provider parse(String name) {
        return Arrays.stream(values())
                .filter(p -> p.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new ClusterException(
                        "PROVIDER=" + name + " is not known: use PROVIDER=local, PROVIDER=k3s or PROVIDER=existing."));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
