// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import com.marcnuri.helm.Helm;
import dev.virtualcluster.e2e.cluster.KubeconfigClient;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Our chart as a Helm release in the super cluster. Helm runs in this process, so no helm binary is needed; it does
 * what {@code helm upgrade --install} does.
 *
 * @param chart the chart's folder
 * @param kubeconfig the super cluster's
 */
public record Release(Path chart, Path kubeconfig) {
    /** The release's name and its namespace, as the documentation has them. */
    public static final String NAME = "virtualcluster";

    /** See {@link #NAME}. */
    public static final String NAMESPACE = "vc-system";

    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** What {@link #install} does, as a person types it. */
    public String typed(Map<String, Object> values) {
        StringBuilder line = new StringBuilder("helm upgrade --install " + NAME + " " + Shell.line(Shell.path(chart))
                + " -n " + NAMESPACE + " --create-namespace --wait --timeout " + LIMIT.toSeconds() + "s");
        new TreeMap<>(values).forEach((name, value) -> line.append(" --set ").append(Shell.line(name + "=" + value)));
        return line.toString();
    }

    /** Installs or upgrades with {@code values} over the chart's own, and waits until all of it is ready. */
    public String install(Map<String, Object> values) {
        forgetCutOff();
        var upgrade = new Helm(chart)
                .upgrade()
                .install()
                .createNamespace()
                .withName(NAME)
                .withNamespace(NAMESPACE)
                .withKubeConfig(kubeconfig)
                .withTimeout(Math.toIntExact(LIMIT.toSeconds()))
                .waitReady();
        values.forEach(upgrade::set);
        var release = upgrade.call();
        return release.getName() + " revision " + release.getRevision() + ": " + release.getStatus();
    }

    /**
     * Removes the record of an installation that was cut off. Helm refuses to touch a release that it takes for being
     * installed by somebody else at this moment; a demonstration that was stopped must be able to go on.
     */
    private void forgetCutOff() {
        try (KubernetesClient client = KubeconfigClient.connect(kubeconfig)) {
            client.secrets()
                    .inNamespace(NAMESPACE)
                    .withLabel("owner", "helm")
                    .withLabel("name", NAME)
                    .withLabelIn("status", "pending-install", "pending-upgrade", "pending-rollback")
                    .delete();
        }
    }

    /** Uninstalls; nothing happens when it is not installed. The CRDs stay, as Helm leaves them. */
    public void uninstall() {
        Helm.uninstall(NAME)
                .withNamespace(NAMESPACE)
                .withKubeConfig(kubeconfig)
                .ignoreNotFound()
                .call();
    }
}
