// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** Makes clients for providers; apart so that commands that need none do not load the client. */
public final class KubeconfigClient {
    private KubeconfigClient() {}

    /** A new client for the kubeconfig's current context; the caller closes it. */
    public static KubernetesClient connect(Path kubeconfig) {
        try {
            Config config = Config.fromKubeconfig(Files.readString(kubeconfig));
            if (isEllipticCurve(config.getClientKeyData())) {
                // The client takes every key for an RSA key unless it is told.
                config.setClientKeyAlgo("EC");
            }
            return new KubernetesClientBuilder().withConfig(config).build();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + kubeconfig, e);
        }
    }

    private static boolean isEllipticCurve(@org.jspecify.annotations.Nullable String keyData) {
        if (keyData == null) {
            return false;
        }
        String pem = keyData.startsWith("-----")
                ? keyData
                : new String(Base64.getDecoder().decode(keyData), StandardCharsets.US_ASCII);
        String body = pem.replaceAll("-----[A-Z ]+-----|\\s", "");
        try {
            KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
            return true;
        } catch (GeneralSecurityException e) {
            return pem.contains("EC PRIVATE KEY");
        }
    }
}
