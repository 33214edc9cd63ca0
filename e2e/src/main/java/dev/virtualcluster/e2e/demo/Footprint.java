// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Memory of our processes and of a tenant's control plane, read from {@code /proc} of this machine: it measures only
 * where the cluster's nodes share this machine's kernel, which the local cluster's do.
 */
public final class Footprint {
    private static final double MIB = 1024.0;
    private static final Map<String, String> OURS = Map.of(
            "dev.virtualcluster.operator.Main", "operatorRssMiB",
            "dev.virtualcluster.syncer.Main", "syncerRssMiB",
            "dev.virtualcluster.agent.Main", "agentRssMiB");

    private final Kubectl admin;
    private final Console console;
    private final Report report;

    /** Prints to {@code console} and keeps the figures in {@code report}. */
    public Footprint(Kubectl admin, Console console, Report report) {
        this.admin = admin;
        this.console = console;
        this.report = report;
    }

    /** Looks once, at our programs and at this tenant's. */
    public void measure(Tenant tenant) throws InterruptedException, IOException {
        for (var ours : OURS.entrySet()) {
            record(ours.getValue(), "VmRSS", ours.getKey(), "");
        }
        String address = admin.json("-n", tenant.key(), "get", "service", "apiserver-svc")
                .path("spec")
                .path("clusterIP")
                .asString();
        // The tenant's own certificate paths are the same in every tenant; its slice and its namespace are not.
        String network = address.substring(0, address.lastIndexOf('.') + 1);
        record("tenantApiServerPrivateMiB", "RssAnon", "kube-apiserver", "--service-cluster-ip-range=" + network);
        record(
                "tenantControllerManagerPrivateMiB",
                "RssAnon",
                "kube-controller-manager",
                // Nothing in its command line tells one tenant's from another's: the largest of them.
                "/etc/virtualcluster/controller-manager-kubeconfig");
        // As above.
        record("tenantEtcdPrivateMiB", "RssAnon", "etcd", "--trusted-ca-file=/etc/virtualcluster/etcd-ca/");
    }

    private void record(String figure, String field, String program, String argument) throws IOException {
        double largest = 0;
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : (Iterable<Path>)
                    processes.filter(p -> p.getFileName().toString().matches("\\d+"))::iterator) {
                String line = read(process.resolve("cmdline")).replace('\0', ' ');
                if (runs(line, program) && line.contains(argument)) {
                    largest = Math.max(largest, kilobytes(read(process.resolve("status")), field) / MIB);
                }
            }
        }
        if (largest > 0) {
            report.figure(figure, largest);
            console.show(String.format(Locale.ROOT, "%-36s %7.1f", figure, largest));
        } else {
            console.show(figure + ": not measured, no such process on this machine");
        }
    }

    /** Whether a command line is that program's, or our class's in a Java process; a mention among arguments is not. */
    private static boolean runs(String line, String program) {
        String first = line.split(" ", 2)[0];
        return first.endsWith("/" + program)
                || first.equals(program)
                || (first.endsWith("java") && line.contains(" " + program));
    }

    private static double kilobytes(String status, String field) {
        return status.lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return ""; // The process ended between the listing and the look.
        }
    }
}
