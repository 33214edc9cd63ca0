// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Kubeconfigs that hold everything they need, so that they work wherever they are copied. */
final class Kubeconfig {
    private Kubeconfig() {}

    static String of(String server, String authority, String user, String certificate, String privateKey) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: virtualcluster-local
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                users:
                - name: %s
                  user:
                    client-certificate-data: %s
                    client-key-data: %s
                contexts:
                - name: virtualcluster-local
                  context: {cluster: virtualcluster-local, user: "%3$s"}
                current-context: virtualcluster-local
                """.formatted(server, base64(authority), user, base64(certificate), base64(privateKey));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
