// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import dev.virtualcluster.e2e.cluster.SuperClusters;
import dev.virtualcluster.e2e.cluster.cli.PlainErrors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code make demo} once the cluster runs: installs the chart and walks through what an admin and a tenant do. */
@Command(name = "demo", mixinStandardHelpOptions = true)
public final class DemoMain implements Callable<Integer> {
    @Option(names = "--cluster-seconds", description = "How long it took to bring the super cluster up.")
    private double clusterSeconds;

    @Option(names = "--chart", defaultValue = "charts/virtualcluster", description = "The chart's folder.")
    private Path chart = Path.of(".");

    @Option(names = "--set", description = "A chart value, name=value; may be given again.")
    private Map<String, String> values = new LinkedHashMap<>();

    @Option(
            names = "--registry",
            defaultValue = "${env:REGISTRY:-}",
            description = "Where the nodes pull our images; by default where the chart says.")
    private String registry = "";

    @Option(
            names = "--folder",
            defaultValue = "build/demo",
            description = "Where report, manifests and kubeconfigs go.")
    private Path folder = Path.of("build/demo");

    /** Runs and exits; 1 when a step failed. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new DemoMain())
                .setExecutionExceptionHandler(new PlainErrors())
                .execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        Report report = new Report(folder.resolve("report.json"));
        Console console = new Console(System.out, report);
        ClusterSettings settings = ClusterSettings.ofThisProcess();
        SuperCluster cluster = SuperClusters.provider(settings.provider()).attach(settings, Progress.toTerminal());
        Kubectl admin = new Kubectl(Programs.kubectl(settings.checkout()), cluster.kubeconfig(), "admin");
        report.step("Bring the super cluster up", clusterSeconds, true);
        Demo demo = new Demo(console, report, admin, folder.toAbsolutePath());
        try {
            Map<String, Object> all =
                    new LinkedHashMap<>(Programs.values(settings.checkout(), settings.provider(), registry));
            all.putAll(values);
            demo.install(chart.toAbsolutePath(), all);
            demo.run();
            return 0;
        } catch (StepFailedException e) {
            System.out.println("\nThe demonstration stopped: " + e.getMessage());
            System.out.println(new Diagnosis(admin).text());
            return 1;
        }
    }
}
