// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.conformance;

import dev.virtualcluster.e2e.cluster.Versions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code make conformance}: runs a sample of the conformance tests on both sides and writes the table. */
@Command(name = "conformance", mixinStandardHelpOptions = true)
public final class ConformanceMain implements Callable<Integer> {
    @Option(names = "--binaries", required = true, description = "Folder with e2e.test and ginkgo.")
    private Path binaries = Path.of(".");

    @Option(names = "--super-kubeconfig", required = true, description = "Admin kubeconfig of the super cluster.")
    private Path superKubeconfig = Path.of(".");

    @Option(names = "--tenant-kubeconfig", required = true, description = "Kubeconfig of the tenant.")
    private Path tenantKubeconfig = Path.of(".");

    @Option(names = "--focus", defaultValue = ".", description = "Only tests whose name matches this expression.")
    private String focus = ".";

    @Option(names = "--limit", defaultValue = "200", description = "At most so many tests.")
    private int limit = 200;

    @Option(names = "--procs", defaultValue = "4", description = "Tests at once.")
    private int processes = 4;

    @Option(names = "--minutes", defaultValue = "40", description = "Time limit of each side, in minutes.")
    private int minutes = 40;

    @Option(names = "--work", defaultValue = "build/conformance", description = "Folder for logs and reports.")
    private Path work = Path.of("build/conformance");

    @Option(names = "--table", defaultValue = "build/conformance/table.md", description = "Where the table goes.")
    private Path table = Path.of("build/conformance/table.md");

    /** Runs and exits. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ConformanceMain()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        TestBinary binary = new TestBinary(binaries.toAbsolutePath(), work.toAbsolutePath());
        List<String> tests = binary.list(focus).stream().limit(limit).toList();
        System.out.println(tests.size() + " tests match; logs in " + work);
        Duration each = Duration.ofMinutes(minutes);
        System.out.println("on the super cluster ...");
        var inSuper = binary.run(tests, superKubeconfig.toAbsolutePath(), "super", processes, each);
        System.out.println("in the tenant ...");
        var inTenant = binary.run(tests, tenantKubeconfig.toAbsolutePath(), "tenant", processes, each);
        Properties reasons = new Properties();
        try (InputStream stream = ConformanceMain.class.getResourceAsStream("/conformance-reasons.properties")) {
            if (stream != null) {
                reasons.load(stream);
            }
        }
        String markdown = new ConformanceTable(tests, inSuper, inTenant, reasons)
                .markdown(Versions.load().of("kubernetes"));
        Files.createDirectories(table.toAbsolutePath().getParent());
        Files.writeString(table, markdown);
        System.out.println(
                markdown.lines().skip(5).limit(3).reduce((a, b) -> a + "\n" + b).orElse(""));
        System.out.println("the whole table: " + table);
        return 0;
    }
}
