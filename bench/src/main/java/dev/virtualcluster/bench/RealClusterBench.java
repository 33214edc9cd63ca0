// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.bench;

import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.KubeconfigClient;
import dev.virtualcluster.e2e.cluster.Versions;
import dev.virtualcluster.e2e.demo.Console;
import dev.virtualcluster.e2e.demo.Demo;
import dev.virtualcluster.e2e.demo.Footprint;
import dev.virtualcluster.e2e.demo.Kubectl;
import dev.virtualcluster.e2e.demo.Programs;
import dev.virtualcluster.e2e.demo.Report;
import dev.virtualcluster.e2e.demo.Tenant;
import dev.virtualcluster.e2e.demo.TenantCreation;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Figures of the real cluster: seconds until a VirtualCluster is Ready, and a lone pod's time to Running in a tenant
 * beside the same pod made directly, alternating so that both meet the same noise; writes and memory while nothing
 * happens, with one tenant and with five. Wants the demo's cluster running, and removes the demo's tenants, which would
 * count.
 */
public final class RealClusterBench {
    private static final String NAMESPACE = "bench";
    private static final int MORE_TENANTS = 4;
    private static final Duration SETTLE = Duration.ofSeconds(45);
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final Kubectl admin;
    private final TenantCreation creation;
    private final Console console;
    private final PrintStream out;
    private final Path folder;

    private RealClusterBench(Path checkout, PrintStream out) throws InterruptedException {
        ClusterSettings settings = ClusterSettings.ofThisProcess();
        this.out = out;
        this.admin = new Kubectl(Programs.kubectl(checkout), settings.kubeconfig(), "admin");
        this.folder = checkout.resolve("build/bench");
        this.creation = new TenantCreation(admin, folder);
        this.console =
                new Console(new PrintStream(PrintStream.nullOutputStream()), new Report(folder.resolve("report.json")));
    }

    /** Arguments: how many VirtualClusters, how many pods on each side. */
    public static void main(String[] arguments) throws Exception {
        int clusters = Integer.parseInt(arguments[0]);
        int pods = Integer.parseInt(arguments[1]);
        RealClusterBench bench =
                new RealClusterBench(ClusterSettings.ofThisProcess().checkout(), System.out);
        try {
            bench.run(clusters, pods);
        } finally {
            // The next run shall not count them.
            bench.remove(NAMESPACE, "--all");
        }
        System.exit(0);
    }

    private void run(int clusters, int pods) throws Exception {
        remove(Demo.NAMESPACE, Demo.RED, Demo.BLUE, "--ignore-not-found");
        out.println(Samples.header());
        readiness(clusters);
        Tenant tenant = creation.create(NAMESPACE, "pods", console);
        lonePods(tenant, pods);
        idle(tenant);
        for (int i = 0; i < MORE_TENANTS; i++) {
            creation.create(NAMESPACE, "more-" + i, console);
        }
        idle(tenant);
    }

    private void remove(String namespace, String... which) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("-n", namespace, "delete", "virtualclusters", "--timeout=300s"));
        command.addAll(List.of(which));
        admin.command(command.toArray(String[]::new))
                .within(Duration.ofMinutes(6))
                .run();
    }

    private void readiness(int count) throws Exception {
        Samples samples = new Samples();
        for (int i = 0; i < count; i++) {
            Tenant tenant = creation.create(NAMESPACE, "ready-" + i, console);
            samples.add(Duration.ofMillis(Math.round(tenant.readySeconds() * 1000)));
            admin.command("-n", NAMESPACE, "delete", "virtualcluster", "ready-" + i, "--timeout=180s")
                    .within(Duration.ofMinutes(4))
                    .run();
        }
        out.println(samples.row("VirtualCluster created -> Ready"));
    }

    /** What it costs that nothing happens. */
    private void idle(Tenant tenant) throws Exception {
        Thread.sleep(SETTLE);
        int tenants = admin.json("get", "virtualclusters", "-A").path("items").size();
        out.println("idle, tenants: " + tenants + ": writes in " + IDLE.toSeconds()
                + " s to one tenant's API server and to the super cluster's: "
                + Writes.during(IDLE, tenant.kubectl(), admin));
        Report report = new Report(folder.resolve("footprint.json"));
        new Footprint(admin, new Console(out, report), report).measure(tenant);
    }

    private void lonePods(Tenant tenant, int count) throws Exception {
        String image = Versions.load().image("agnhost");
        try (KubernetesClient inTenant =
                        KubeconfigClient.connect(tenant.kubectl().kubeconfig());
                KubernetesClient direct = KubeconfigClient.connect(admin.kubeconfig())) {
            tenant.kubectl().attempt("create", "namespace", "rounds");
            admin.attempt("create", "namespace", "rounds");
            tenant.kubectl().run("-n", "rounds", "wait", "--for=create", "serviceaccount/default", "--timeout=30s");
            admin.run("-n", "rounds", "wait", "--for=create", "serviceaccount/default", "--timeout=30s");
            Samples tenantSamples = new Samples();
            Samples directSamples = new Samples();
            try (PodRounds tenantRounds = new PodRounds(inTenant, "rounds", image);
                    PodRounds directRounds = new PodRounds(direct, "rounds", image)) {
                for (int i = 0; i < count; i++) {
                    directSamples.add(directRounds.once(i));
                    tenantSamples.add(tenantRounds.once(i));
                }
            }
            out.println(directSamples.row("lone pod, directly"));
            out.println(tenantSamples.row("lone pod, in a tenant"));
            out.printf(
                    Locale.ROOT,
                    "a tenant adds %d ms at p50, %d ms at p99%n",
                    tenantSamples.percentile(50) - directSamples.percentile(50),
                    tenantSamples.percentile(99) - directSamples.percentile(99));
        }
    }
}
