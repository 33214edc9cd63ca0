// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.credentials;

import java.util.Map;

/**
 * One Secret's content. Printing it shows names only.
 *
 * @param name the Secret's name
 * @param type its Kubernetes type
 * @param data its decoded data
 */
public record SecretContent(String name, String type, Map<String, String> data) {
    /** Type of Secrets with {@code tls.crt} and {@code tls.key}. */
    public static final String TLS = "kubernetes.io/tls";

    /** Type of all others. */
    public static final String OPAQUE = "Opaque";

    public SecretContent {
        data = Map.copyOf(data);
    }

    @Override
    public String toString() {
        return "SecretContent[" + name + ", keys=" + data.keySet() + "]";
    }
}
