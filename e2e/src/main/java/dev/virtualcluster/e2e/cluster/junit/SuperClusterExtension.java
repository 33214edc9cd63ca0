// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.junit;

import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import dev.virtualcluster.e2e.cluster.SuperClusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test class the running super cluster: {@code @ExtendWith(SuperClusterExtension.class)} and a parameter of type
 * {@link SuperCluster}. The cluster is brought up once per run, for the class that comes first, and left running: the
 * next run finds it. {@code PROVIDER}, {@code NODES} and {@code KUBECONFIG} choose it.
 */
public final class SuperClusterExtension implements BeforeAllCallback, AfterTestExecutionCallback, ParameterResolver {
    private static final ExtensionContext.Namespace STORE =
            ExtensionContext.Namespace.create(SuperClusterExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        cluster(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == SuperCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return cluster(context);
    }

    @Override
    public void afterTestExecution(ExtensionContext context) throws IOException {
        if (context.getExecutionException().isPresent()) {
            Path folder = ClusterSettings.ofThisProcess().checkout().resolve("build/cluster-diagnosis");
            Files.createDirectories(folder);
            Path file = folder.resolve(context.getRequiredTestClass().getSimpleName() + "."
                    + context.getRequiredTestMethod().getName() + ".txt");
            Files.writeString(file, cluster(context).diagnosis());
            context.publishReportEntry("cluster logs", file.toString());
        }
    }

    /** The cluster of this run; brought up on first use, also for use by other extensions. */
    public static SuperCluster cluster(ExtensionContext context) {
        return context.getRoot()
                .getStore(STORE)
                .getOrComputeIfAbsent(
                        SuperCluster.class,
                        key -> SuperClusters.up(ClusterSettings.ofThisProcess(), Progress.toTerminal()),
                        SuperCluster.class);
    }
}
