// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.agents;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.credentials.CredentialInputs.AgentAuthorities;
import dev.virtualcluster.operator.pki.CertificateAuthority;
import dev.virtualcluster.operator.pki.PkiException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The two authorities between tenant API servers and node agents, in the operator's own namespace. Each is created once;
 * a stored one that cannot be read, or is outside its validity, is reported, never replaced. Safe for any thread.
 */
public final class AgentAuthorityStore {
    private final KubernetesClient client;
    private final SuperWrites writes;
    private final String namespace;
    private final InstantSource clock;
    private volatile @Nullable Loaded loaded;

    private record Loaded(CertificateAuthority client, CertificateAuthority serving) {}

    /** Keeps the authorities in {@code namespace}. */
    public AgentAuthorityStore(KubernetesClient client, SuperWrites writes, String namespace, InstantSource clock) {
        this.client = client;
        this.writes = writes;
        this.namespace = namespace;
        this.clock = clock;
    }

    /** What tenants' credentials need of them. */
    public AgentAuthorities forTenants() {
        var authorities = load();
        return new AgentAuthorities(authorities.client, authorities.serving.certificatePem());
    }

    /** The authority that signs agents' serving certificates. */
    CertificateAuthority serving() {
        return load().serving;
    }

    /** Creates what is missing and publishes the public part; later calls only repair. */
    public synchronized void keep() {
        var clients = authority(Keys.AGENT_CLIENT_CA_SECRET, "virtualcluster-agent-clients");
        var serving = authority(Keys.AGENT_SERVING_CA_SECRET, "virtualcluster-agent-serving");
        publish(clients.certificatePem());
        var before = loaded;
        // The same objects as long as nothing changed: whoever depends on them compares.
        loaded = new Loaded(
                before == null ? clients : before.client.orIfOther(clients),
                before == null ? serving : before.serving.orIfOther(serving));
    }

    private Loaded load() {
        var present = loaded;
        if (present == null || !isValid(present)) {
            keep();
            present = java.util.Objects.requireNonNull(loaded);
        }
        requireValid(Keys.AGENT_CLIENT_CA_SECRET, present.client);
        requireValid(Keys.AGENT_SERVING_CA_SECRET, present.serving);
        return present;
    }

    private boolean isValid(Loaded present) {
        try {
            present.client.requireValid(clock.instant());
            present.serving.requireValid(clock.instant());
            return true;
        } catch (PkiException e) {
            return false;
        }
    }

    private void requireValid(String name, CertificateAuthority authority) {
        try {
            authority.requireValid(clock.instant());
        } catch (PkiException e) {
            throw unusable(name, e);
        }
    }

    private CertificateAuthority authority(String name, String commonName) {
        Secret stored = client.secrets().inNamespace(namespace).withName(name).get();
        if (stored == null) {
            var authority = CertificateAuthority.create(commonName, clock.instant());
            var created = writes.create(secret(name, authority));
            if (created.isPresent()) {
                return authority;
            }
            stored = client.secrets().inNamespace(namespace).withName(name).require();
        }
        try {
            return CertificateAuthority.parse(value(stored, Keys.TLS_CERT), value(stored, Keys.TLS_KEY));
        } catch (PkiException e) {
            throw unusable(name, e);
        }
    }

    private PkiException unusable(String name, PkiException problem) {
        return new PkiException(
                "Secret " + namespace + "/" + name + " " + problem.getMessage()
                        + ". Restore it, or delete it to have a new one made: agents and tenants then get new"
                        + " certificates",
                problem);
    }

    private void publish(String certificatePem) {
        ConfigMap present = client.configMaps()
                .inNamespace(namespace)
                .withName(Keys.AGENT_CLIENT_CA_CONFIG_MAP)
                .get();
        if (present == null || !Map.of(Keys.CA_CERT, certificatePem).equals(present.getData())) {
            writes.apply(new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(Keys.AGENT_CLIENT_CA_CONFIG_MAP)
                    .endMetadata()
                    .addToData(Keys.CA_CERT, certificatePem)
                    .build());
        }
    }

    private Secret secret(String name, CertificateAuthority authority) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withType("kubernetes.io/tls")
                .addToData(Keys.TLS_CERT, encoded(authority.certificatePem()))
                .addToData(Keys.TLS_KEY, encoded(authority.keyPem()))
                .build();
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String value(Secret secret, String key) {
        String value = secret.getData() == null ? null : secret.getData().get(key);
        if (value == null) {
            throw new PkiException("lacks the key " + key);
        }
        return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }
}
