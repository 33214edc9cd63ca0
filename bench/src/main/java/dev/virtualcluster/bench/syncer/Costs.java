// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.bench.syncer;

import dev.virtualcluster.runtime.testing.ApiServer;
import dev.virtualcluster.syncer.testing.SyncerJvm;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Who used the machine and what the API servers were asked for, up to now: CPU milliseconds by program and requests by
 * server, verb and resource. Two of them make a difference.
 */
record Costs(Map<String, Double> cpuMillis, Map<String, Double> superRequests, Map<String, Double> tenantRequests) {
    private static final Pattern LABEL = Pattern.compile("(resource|subresource|verb)=\"([^\"]*)\"");
    private static final double SMALL = 0.05;

    static Costs now(ApiServer superServer, KubernetesClient superClient, List<KubernetesClient> tenants, long syncer) {
        Map<String, Double> cpu = new TreeMap<>();
        ProcessHandle.current().descendants().forEach(process -> {
            String name = program(process.pid(), superServer.pid(), syncer);
            cpu.merge(name, (double) cpuMillis(process.pid()), Double::sum);
        });
        cpu.put("this driver", (double) cpuMillis(ProcessHandle.current().pid()));
        Map<String, Double> ofTenants = new TreeMap<>();
        tenants.forEach(tenant -> addRequests(tenant, ofTenants));
        Map<String, Double> ofSuper = new TreeMap<>();
        addRequests(superClient, ofSuper);
        return new Costs(cpu, ofSuper, ofTenants);
    }

    /** What {@code pods} pods cost each since {@code before}, as lines to print. */
    List<String> perPod(Costs before, int pods) {
        return List.of(
                "CPU-ms per pod: " + cpuSince(before, pods),
                "requests per pod, super cluster: " + difference(before.superRequests, superRequests, pods),
                "requests per pod, tenants: " + difference(before.tenantRequests, tenantRequests, pods));
    }

    /** CPU milliseconds by program, divided by {@code parts}. */
    String cpuSince(Costs before, int parts) {
        return difference(before.cpuMillis, cpuMillis, parts);
    }

    private static String difference(Map<String, Double> before, Map<String, Double> after, int pods) {
        return after.entrySet().stream()
                .map(entry ->
                        Map.entry(entry.getKey(), (entry.getValue() - before.getOrDefault(entry.getKey(), 0.0)) / pods))
                .filter(entry -> entry.getValue() >= SMALL)
                .sorted(Comparator.comparing(Map.Entry<String, Double>::getValue)
                        .reversed())
                .map(entry -> String.format(Locale.ROOT, "%s %.1f", entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static void addRequests(KubernetesClient client, Map<String, Double> requests) {
        client.raw("/metrics")
                .lines()
                .filter(line -> line.startsWith("apiserver_request_total{"))
                .forEach(line -> {
                    Map<String, String> labels = new TreeMap<>();
                    Matcher matcher = LABEL.matcher(line);
                    while (matcher.find()) {
                        labels.put(matcher.group(1), matcher.group(2));
                    }
                    String subresource = labels.getOrDefault("subresource", "");
                    String key = labels.get("verb") + " " + labels.get("resource")
                            + (subresource.isEmpty() ? "" : "/" + subresource);
                    requests.merge(key, Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)), Double::sum);
                });
    }

    private static String program(long pid, long superServer, long syncer) {
        if (pid == superServer) {
            return "super API server";
        }
        if (pid == syncer) {
            return "syncer";
        }
        try {
            String name = Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
            return switch (name) {
                case "kube-apiserver" -> "tenants' API servers";
                case "etcd" -> "all etcds";
                default -> name;
            };
        } catch (IOException e) {
            return "ended";
        }
    }

    private static long cpuMillis(long pid) {
        try {
            return SyncerJvm.cpuMillis(pid);
        } catch (IOException e) {
            // It ended meanwhile.
            return 0;
        }
    }
}
