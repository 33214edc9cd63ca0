// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.credentials;

import dev.virtualcluster.operator.pki.KeyedCertificate;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes kubeconfigs with one cluster, one user with a client certificate and one context, and reads them back. */
final class Kubeconfigs {
    private final KubernetesSerialization serialization;

    Kubeconfigs(KubernetesSerialization serialization) {
        this.serialization = serialization;
    }

    /**
     * What a kubeconfig says.
     *
     * @param server URL of the API server
     * @param tlsServerName name to verify instead of the URL's host, where that is no certified name
     * @param authorityPem certificate of the authority of the API server
     * @param user the user's certificate and key
     */
    record Content(String server, @Nullable String tlsServerName, String authorityPem, KeyedCertificate user) {}

    String write(String cluster, Content content) {
        return serialization.asYaml(new ConfigBuilder()
                .withApiVersion("v1")
                .withKind("Config")
                .addNewCluster()
                .withName(cluster)
                .withNewCluster()
                .withServer(content.server)
                .withTlsServerName(content.tlsServerName)
                .withCertificateAuthorityData(base64(content.authorityPem))
                .endCluster()
                .endCluster()
                .addNewUser()
                .withName(cluster)
                .withNewUser()
                .withClientCertificateData(base64(content.user.certificatePem()))
                .withClientKeyData(base64(content.user.keyPem()))
                .endUser()
                .endUser()
                .addNewContext()
                .withName(cluster)
                .withNewContext()
                .withCluster(cluster)
                .withUser(cluster)
                .endContext()
                .endContext()
                .withCurrentContext(cluster)
                .build());
    }

    /** Reads what {@link #write} wrote; empty when it is anything else. */
    Optional<Content> read(@Nullable String yaml) {
        if (yaml == null) {
            return Optional.empty();
        }
        try {
            var config = serialization.unmarshal(yaml, Config.class);
            if (config == null
                    || config.getClusters().size() != 1
                    || config.getUsers().size() != 1) {
                return Optional.empty();
            }
            var cluster = config.getClusters().getFirst().getCluster();
            var user = config.getUsers().getFirst().getUser();
            return Optional.of(new Content(
                    cluster.getServer(),
                    cluster.getTlsServerName(),
                    text(cluster.getCertificateAuthorityData()),
                    KeyedCertificate.parse(text(user.getClientCertificateData()), text(user.getClientKeyData()))));
        } catch (RuntimeException e) {
            // Somebody else's text; the parsers below throw all kinds of exceptions over it, and it is replaced anyway.
            return Optional.empty();
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(@Nullable String base64) {
        return base64 == null ? "" : new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
