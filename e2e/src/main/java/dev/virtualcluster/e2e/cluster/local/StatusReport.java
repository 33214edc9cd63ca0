// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** What runs, with process ids, and what the API server says of the nodes: read from records, nothing is started. */
final class StatusReport {
    private final StateFolder state;
    private final Owner owner;

    StatusReport(StateFolder state, Owner owner) {
        this.state = state;
        this.owner = owner;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (String component : components(owner.nodes())) {
            Optional<ProcessRecord> record = ProcessRecord.read(state, component);
            String what = record.map(StatusReport::state).orElse("not started");
            text.append(String.format(Locale.ROOT, "  %-20s %s%n", component, what));
        }
        if (Files.exists(state.pki())) {
            ClusterPki pki = new ClusterPki(state, java.time.InstantSource.system());
            try (ApiCalls api = new ApiCalls(pki, Addresses.apiServerUrl())) {
                boolean ready = api.isReady();
                text.append(
                        String.format(Locale.ROOT, "  %-20s %s%n", "API server", ready ? "ready" : "does not answer"));
                for (int number = 1; ready && number <= owner.nodes(); number++) {
                    String node = "node" + number;
                    text.append(String.format(
                            Locale.ROOT,
                            "  %-20s %s%n",
                            node,
                            NodeStatus.isReady(api, node) ? "Ready, " + Addresses.node(number) : "NotReady"));
                }
            }
        }
        return text.toString();
    }

    private static String state(ProcessRecord record) {
        OptionalLong program = record.programPid();
        if (program.isPresent()) {
            return "running, pid " + program.getAsLong();
        }
        return record.isAlive() ? "ended, is being started again" : "dead (was pid " + record.pid() + ")";
    }

    /** Every process a cluster of so many nodes has, in the order of starting. */
    static List<String> components(int nodes) {
        List<String> names =
                new ArrayList<>(List.of("machine-control", "etcd", "apiserver", "controller-manager", "scheduler"));
        IntStream.rangeClosed(1, nodes).mapToObj(n -> "node" + n).forEach(node -> {
            names.add("machine-" + node);
            names.add(node + "/containerd");
            names.add(node + "/kubelet");
            names.add(node + "/kube-proxy");
        });
        return names;
    }
}
