// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import dev.virtualcluster.e2e.cluster.junit.SuperClusterExtension;
import dev.virtualcluster.e2e.demo.Console;
import dev.virtualcluster.e2e.demo.Diagnosis;
import dev.virtualcluster.e2e.demo.Kubectl;
import dev.virtualcluster.e2e.demo.Programs;
import dev.virtualcluster.e2e.demo.Release;
import dev.virtualcluster.e2e.demo.Report;
import dev.virtualcluster.e2e.demo.Tenant;
import dev.virtualcluster.e2e.demo.TenantCreation;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What all suites stand on: the super cluster, our chart installed from this checkout, and the tenants {@code red} and
 * {@code blue}. Built once per run, by the class that comes first; what fails here fails every suite.
 */
final class Stage implements BeforeAllCallback, AfterTestExecutionCallback {
    private static final String NAMESPACE = "suite";
    private static volatile @Nullable Ready ready;

    private record Ready(SuperCluster cluster, Kubectl admin, Tenant red, Tenant blue) {}

    static SuperCluster cluster() {
        return get().cluster();
    }

    static Kubectl admin() {
        return get().admin();
    }

    static Tenant red() {
        return get().red();
    }

    static Tenant blue() {
        return get().blue();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        synchronized (Stage.class) {
            if (ready == null) {
                ready = build(SuperClusterExtension.cluster(context));
            }
        }
    }

    @Override
    public void afterTestExecution(ExtensionContext context) throws Exception {
        if (context.getExecutionException().isPresent()) {
            Path folder = ClusterSettings.ofThisProcess().checkout().resolve("build/suite-diagnosis");
            Files.createDirectories(folder);
            Files.writeString(
                    folder.resolve(context.getRequiredTestClass().getSimpleName() + "."
                            + context.getRequiredTestMethod().getName() + ".txt"),
                    new Diagnosis(admin()).text());
        }
    }

    private static Ready build(SuperCluster cluster) throws Exception {
        Path checkout = ClusterSettings.ofThisProcess().checkout();
        Kubectl admin = new Kubectl(Programs.kubectl(checkout), cluster.kubeconfig(), "admin");
        if (cluster.can(SuperCluster.Ability.IMPORT_IMAGE)) {
            Programs.images(checkout).forEach(cluster::importImage);
        }
        new Release(checkout.resolve("charts/virtualcluster"), cluster.kubeconfig())
                .install(Programs.values(
                        checkout,
                        ClusterSettings.ofThisProcess().provider(),
                        System.getenv().getOrDefault("REGISTRY", "")));
        Path folder = checkout.resolve("build/suite");
        Console console = new Console(System.out, new Report(folder.resolve("report.json")));
        TenantCreation creation = new TenantCreation(admin, folder);
        Tenant red = creation.create(NAMESPACE, "red", console);
        Tenant blue = creation.create(NAMESPACE, "blue", console);
        return new Ready(cluster, admin, red, blue);
    }

    private static Ready get() {
        Ready value = ready;
        if (value == null) {
            throw new IllegalStateException("the suite is not marked with @ExtendWith(Stage.class)");
        }
        return value;
    }
}
