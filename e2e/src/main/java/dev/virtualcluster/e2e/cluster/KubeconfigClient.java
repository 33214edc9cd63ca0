// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes clients for providers; apart so that commands that need none do not load the client. */
public final class KubeconfigClient {
    private KubeconfigClient() {}

    /** A new client for the kubeconfig's current context; the caller closes it. */
    public static KubernetesClient connect(Path kubeconfig) {
        try {
            return new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig)))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + kubeconfig, e);
        }
    }
}
