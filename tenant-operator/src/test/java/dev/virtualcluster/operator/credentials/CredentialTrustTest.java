// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.operator.controlplane.Part;
import dev.virtualcluster.operator.pki.CertificateAuthority;
import dev.virtualcluster.operator.pki.LeafCheck;
import dev.virtualcluster.operator.pki.Pem;
import dev.virtualcluster.runtime.addresses.Cidr;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who signs what in a tenant, whom it is for, whom its holder trusts, and what of it restarts whom. */
class CredentialTrustTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final TenantKey KEY = new TenantKey("default-aaaaaa-demo");
    private static final String SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT = "1.3.6.1.5.5.7.3.2";
    private static final String AGENT_CLIENTS = "agent-clients";
    private static final String AGENT_SERVERS = "agent-servers";

    private final TenantCredentials credentials = new TenantCredentials(new KubernetesSerialization());
    private final Kubeconfigs kubeconfigs = new Kubeconfigs(new KubernetesSerialization());
    private final Map<String, Map<String, String>> stored = new HashMap<>();
    private CertificateAuthority agentClients = CertificateAuthority.create("agents", NOW);
    private CertificateAuthority agentServers = CertificateAuthority.create("servers", NOW);

    @BeforeEach
    void complete() {
        makeAuthorities();
        store(plan(NOW).writes());
    }

    @ParameterizedTest
    @CsvSource({
        "etcd-serving,      etcd-ca,        kube-etcd,                      -,              server+client, etcd-ca",
        "etcd-client,       etcd-ca,        kube-apiserver-etcd-client,     -,              client,        etcd-ca",
        "apiserver-serving, root-ca,        kube-apiserver,                 -,              server,        root-ca",
        "front-proxy,       front-proxy-ca, front-proxy-client,             -,              client,        front-proxy-ca",
        "kubelet-client,    agent-clients,  default-aaaaaa-demo,            agent-clients,  client,        agent-servers",
        "manager,           root-ca,        system:kube-controller-manager, -,              client,        root-ca",
        "syncer,            root-ca,        tenancy:syncer,                 system:masters, client,        root-ca",
        "admin,             root-ca,        admin,                          system:masters, client,        root-ca",
    })
    void everyLeafHasItsIssuerItsSubjectItsUseAndItsTrust(
            String holder, String issuer, String name, String group, String use, String trust) throws Exception {
        var leaf = leaf(holder);

        assertThatCode(() -> leaf.verify(Pem.certificate(authority(issuer)).getPublicKey()))
                .as("signed by " + issuer)
                .doesNotThrowAnyException();
        assertThat(LeafCheck.commonName(leaf)).isEqualTo(name);
        assertThat(LeafCheck.organizations(leaf))
                .isEqualTo(
                        switch (group) {
                            case "-" -> List.of();
                            case AGENT_CLIENTS -> List.of(Keys.AGENT_CLIENT_ORGANIZATION);
                            default -> List.of(group);
                        });
        assertThat(leaf.getExtendedKeyUsage())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(use.split("\\+", -1))
                        .map(word -> word.equals("server") ? SERVER : CLIENT)
                        .toList());
        assertThat(trust(holder)).as("trusts " + trust).isEqualTo(authority(trust));
    }

    @ParameterizedTest
    @CsvSource({
        "root-ca,        API_SERVER CONTROLLER_MANAGER",
        "etcd-ca,        ETCD API_SERVER",
        "service-key,    API_SERVER CONTROLLER_MANAGER",
        "agent-servers,  API_SERVER",
        "front-proxy-ca, ''",
        "agent-clients,  ''",
    })
    void restartsWhoReadsItAtTheStartOnly(String changed, String expected) {
        var before = plan(NOW).restartKeys();

        switch (changed) {
            case AGENT_CLIENTS -> agentClients = CertificateAuthority.create("agents", NOW);
            case AGENT_SERVERS -> agentServers = CertificateAuthority.create("servers", NOW);
            default -> stored.remove(secret(changed));
        }
        makeAuthorities();
        store(plan(NOW).writes());

        var after = plan(NOW).restartKeys();
        assertThat(Arrays.stream(Part.values())
                        .filter(part -> !before.get(part).equals(after.get(part)))
                        .map(Part::name)
                        .collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "etcd-serving",
                "etcd-client",
                "apiserver-serving",
                "front-proxy",
                "kubelet-client",
                "manager",
                "syncer",
                "admin"
            })
    void looksAgainInTimeForTheOldestLeaf(String oldest) {
        var kept = Map.of(secret(oldest), stored.getOrDefault(secret(oldest), Map.of()));
        stored.keySet()
                .removeAll(List.of(
                        Keys.ETCD_SERVING_SECRET,
                        Keys.ETCD_CLIENT_SECRET,
                        Keys.API_SERVER_SERVING_SECRET,
                        Keys.FRONT_PROXY_SECRET,
                        Keys.KUBELET_CLIENT_SECRET,
                        Keys.CONTROLLER_MANAGER_KUBECONFIG,
                        Keys.SYNCER_KUBECONFIG,
                        Keys.ADMIN_KUBECONFIG));
        stored.putAll(kept);

        var plan = plan(NOW.plus(Duration.ofDays(100)));

        assertThat(plan.writes()).hasSize(7);
        assertThat(plan.renewal()).isBetween(NOW.plus(Duration.ofDays(243)), NOW.plus(Duration.ofDays(244)));
    }

    private TenantCredentials.Plan plan(Instant now) {
        var inputs = new CredentialInputs(
                KEY,
                "demo",
                "uid-1",
                "tenant.example",
                "cluster.local",
                Cidr.parse("10.97.1.0/24"),
                1,
                Optional.empty(),
                Set.of(),
                Duration.ofDays(365),
                new CredentialInputs.AgentAuthorities(agentClients, agentServers.certificatePem()));
        return credentials.plan(stored, inputs, now);
    }

    private void makeAuthorities() {
        store(Authorities.missing(stored, KEY.value(), NOW));
    }

    private void store(List<SecretContent> secrets) {
        secrets.forEach(secret -> stored.put(secret.name(), secret.data()));
    }

    private static String secret(String holder) {
        return switch (holder) {
            case "root-ca" -> Keys.ROOT_CA_SECRET;
            case "etcd-ca" -> Keys.ETCD_CA_SECRET;
            case "front-proxy-ca" -> Keys.FRONT_PROXY_CA_SECRET;
            case "service-key" -> Keys.SERVICE_ACCOUNT_KEY_SECRET;
            case "etcd-serving" -> Keys.ETCD_SERVING_SECRET;
            case "etcd-client" -> Keys.ETCD_CLIENT_SECRET;
            case "apiserver-serving" -> Keys.API_SERVER_SERVING_SECRET;
            case "front-proxy" -> Keys.FRONT_PROXY_SECRET;
            case "kubelet-client" -> Keys.KUBELET_CLIENT_SECRET;
            case "manager" -> Keys.CONTROLLER_MANAGER_KUBECONFIG;
            case "syncer" -> Keys.SYNCER_KUBECONFIG;
            case "admin" -> Keys.ADMIN_KUBECONFIG;
            default -> throw new IllegalArgumentException(holder);
        };
    }

    private String authority(String name) {
        return switch (name) {
            case AGENT_CLIENTS -> agentClients.certificatePem();
            case AGENT_SERVERS -> agentServers.certificatePem();
            default -> value(secret(name), Keys.TLS_CERT);
        };
    }

    private X509Certificate leaf(String holder) {
        return isUser(holder)
                ? kubeconfig(holder).user().certificate()
                : Pem.certificate(value(secret(holder), Keys.TLS_CERT));
    }

    private String trust(String holder) {
        return isUser(holder) ? kubeconfig(holder).authorityPem() : value(secret(holder), Keys.CA_CERT);
    }

    private static boolean isUser(String holder) {
        return Set.of("manager", "syncer", "admin").contains(holder);
    }

    private Kubeconfigs.Content kubeconfig(String holder) {
        return kubeconfigs.read(value(secret(holder), secret(holder))).orElseThrow();
    }

    private String value(String secret, String key) {
        return stored.getOrDefault(secret, Map.of()).getOrDefault(key, "");
    }
}
