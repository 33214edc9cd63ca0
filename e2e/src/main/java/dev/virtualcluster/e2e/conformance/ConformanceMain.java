// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.conformance;

import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.SuperClusters;
import dev.virtualcluster.e2e.cluster.Versions;
import dev.virtualcluster.e2e.cluster.cli.PlainErrors;
import dev.virtualcluster.e2e.conformance.TestBinary.Verdict;
import dev.virtualcluster.e2e.demo.Console;
import dev.virtualcluster.e2e.demo.Kubectl;
import dev.virtualcluster.e2e.demo.Programs;
import dev.virtualcluster.e2e.demo.Release;
import dev.virtualcluster.e2e.demo.Report;
import dev.virtualcluster.e2e.demo.TenantCreation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code make conformance}: makes a tenant on the running super cluster, runs a sample of upstream's conformance tests on
 * both sides, side by side, and writes the table.
 */
@Command(name = "conformance", mixinStandardHelpOptions = true)
public final class ConformanceMain implements Callable<Integer> {
    private static final String NAMESPACE = "conformance";

    @Option(names = "--focus", defaultValue = ".", description = "Only tests whose name matches this expression.")
    private String focus = ".";

    @Option(names = "--limit", defaultValue = "200", description = "At most so many tests.")
    private int limit = 200;

    @Option(names = "--procs", defaultValue = "3", description = "Tests at once on each side.")
    private int processes = 3;

    @Option(
            names = "--attempts",
            defaultValue = "2",
            description = "How often a test may try before it counts as failed.")
    private int attempts = 2;

    @Option(names = "--minutes", defaultValue = "90", description = "Time limit, in minutes.")
    private int minutes = 90;

    @Option(
            names = "--registry",
            defaultValue = "${env:REGISTRY:-}",
            description = "Where the nodes pull our images; by default where the chart says.")
    private String registry = "";

    @Option(names = "--work", defaultValue = "build/conformance", description = "Folder for logs and reports.")
    private Path work = Path.of("build/conformance");

    @Option(names = "--table", defaultValue = "build/conformance/table.md", description = "Where the table goes.")
    private Path table = Path.of("build/conformance/table.md");

    /** Runs and exits. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ConformanceMain())
                .setExecutionExceptionHandler(new PlainErrors())
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        ClusterSettings settings = ClusterSettings.ofThisProcess();
        Path checkout = settings.checkout();
        Path kubeconfig = SuperClusters.provider(settings.provider())
                .attach(settings, Progress.toTerminal())
                .kubeconfig();
        Kubectl admin = new Kubectl(Programs.kubectl(checkout), kubeconfig, "admin");
        Path folder = work.toAbsolutePath();
        Console console = new Console(System.out, new Report(folder.resolve("tenant.json")));
        new Release(checkout.resolve("charts/virtualcluster"), kubeconfig)
                .install(Programs.values(checkout, settings.provider(), registry));
        Path tenant = new TenantCreation(admin, folder)
                .create(NAMESPACE, "sample", console)
                .kubectl()
                .kubeconfig();
        TestBinary binary = new TestBinary(Programs.folder(checkout, "conformance"), folder);
        List<String> tests = binary.list(focus).stream().limit(limit).toList();
        System.out.println(tests.size() + " tests match; they run on both sides at once, logs in " + work);
        try (ExecutorService sides = Executors.newVirtualThreadPerTaskExecutor()) {
            Duration most = Duration.ofMinutes(minutes);
            Future<Map<String, Verdict>> inSuper =
                    sides.submit(() -> binary.run(tests, kubeconfig, "super", processes, attempts, most));
            Future<Map<String, Verdict>> inTenant =
                    sides.submit(() -> binary.run(tests, tenant, "tenant", processes, attempts, most));
            write(new ConformanceTable(tests, inSuper.get(), inTenant.get(), reasons()));
        }
        return 0;
    }

    private void write(ConformanceTable result) throws IOException {
        Files.createDirectories(table.toAbsolutePath().getParent());
        Files.writeString(table, result.markdown(Versions.load().of("kubernetes")));
        System.out.println(result.summary());
        System.out.println("the whole table: " + table);
    }

    private static Properties reasons() throws IOException {
        Properties reasons = new Properties();
        try (InputStream stream = ConformanceMain.class.getResourceAsStream("reasons.properties")) {
            if (stream != null) {
                reasons.load(new java.io.InputStreamReader(stream, StandardCharsets.UTF_8));
            }
        }
        return reasons;
    }
}
