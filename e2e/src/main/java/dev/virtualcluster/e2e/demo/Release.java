// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import com.marcnuri.helm.Helm;
import dev.virtualcluster.e2e.cluster.KubeconfigClient;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
    /** The operator's Lease and Deployment. */
    private static final String OPERATOR = "vc-tenant-operator";
    /** A new leader looks at every tenant at once; nothing tells when it has. */
    private static final Duration FIRST_LOOKS = Duration.ofSeconds(3);

    /** What {@link #install} does, as a person types it. */
    public String typed(Map<String, Object> values) {
        StringBuilder line = new StringBuilder("helm upgrade --install " + NAME + " " + Shell.line(Shell.path(chart))
                + " -n " + NAMESPACE + " --create-namespace --wait --timeout " + LIMIT.toSeconds() + "s");
        new TreeMap<>(values).forEach((name, value) -> line.append(" --set ").append(Shell.line(name + "=" + value)));
        return line.toString();
    }

    /** Installs or upgrades with {@code values} over the chart's own, and waits until all of it is ready. */
    public String install(Map<String, Object> values) throws Exception {
        forgetCutOff();
        Optional<String> before = leader();
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
        awaitLeader(before);
        return release.getName() + " revision " + release.getRevision() + ": " + release.getStatus();
    }

    /**
     * Waits for the operator that runs now to lead. What the one before wrote into statuses may be no longer true for the
     * new one, which may roll out what it finds another way.
     */
    private void awaitLeader(Optional<String> before) throws Exception {
        String now = Poll.until(
                LIMIT, "the operator leads", this::leader, () -> "see kubectl -n " + NAMESPACE + " get leases,pods");
        if (before.isPresent() && !before.get().equals(now)) {
            Thread.sleep(FIRST_LOOKS);
        }
    }

    /** Who holds the operator's Lease; empty when it is nobody, or a pod that is on its way out. */
    private Optional<String> leader() {
        try (KubernetesClient client = KubeconfigClient.connect(kubeconfig)) {
            var lease =
                    client.leases().inNamespace(NAMESPACE).withName(OPERATOR).get();
            return Optional.ofNullable(lease)
                    .map(found -> found.getSpec().getHolderIdentity())
                    .filter(holder -> {
                        // A pod's name and a random part.
                        var pod = client.pods()
                                .inNamespace(NAMESPACE)
                                .withName(holder.split("_", 2)[0])
                                .get();
                        return pod != null && pod.getMetadata().getDeletionTimestamp() == null;
                    });
        }
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
