// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TypedCommandsTest {
    @TempDir
    private Path folder;

    @Test
    void helmLineNamesChartAndValues() {
        Release release = new Release(Path.of("charts/virtualcluster").toAbsolutePath(), folder.resolve("kubeconfig"));

        assertThat(release.typed(Map.of("log.format", "text", "controlPlane.etcd.runAsUser", 0)))
                .isEqualTo("helm upgrade --install virtualcluster charts/virtualcluster -n vc-system --create-namespace"
                        + " --wait --timeout 180s --set controlPlane.etcd.runAsUser=0 --set log.format=text");
    }

    @Test
    void tenantsCommandsNameTheirKubeconfigAndKeepTheirQuotes() {
        Kubectl kubectl = new Kubectl(
                Path.of("kubectl"), Path.of("build/demo/red.kubeconfig").toAbsolutePath(), "tenant red");

        assertThat(kubectl.typed("exec", "client", "--", "sh", "-c", "echo \"$(id)\" it's"))
                .isEqualTo("kubectl --kubeconfig build/demo/red.kubeconfig exec client -- sh -c"
                        + " 'echo \"$(id)\" it'\\''s'");
    }

    @Test
    void manifestsThatAreNamedAreThereAndComplete() throws Exception {
        Kubectl kubectl = new Kubectl(Path.of("kubectl"), folder.resolve("red.kubeconfig"), "tenant red");
        Tenant tenant = new Tenant("tenants", "red", "tenants-abcdef-red", kubectl, 0);
        Console console = new Console(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new Report(folder.resolve("report.json")));

        Path virtualCluster = new TenantCreation(kubectl, folder).manifest("tenants", "red", "default");
        Path shop = new TenantWalk(tenant, console).manifest();

        assertThat(virtualCluster).isEqualTo(folder.resolve("virtualcluster-red.yaml"));
        assertThat(Files.readString(virtualCluster))
                .contains("name: red", "namespace: tenants")
                .doesNotContain("NAME");
        assertThat(shop).isEqualTo(folder.resolve("shop-red.yaml"));
        assertThat(Files.readString(shop)).contains("hello from red").doesNotContainPattern("@[A-Z]+@");
    }
}
