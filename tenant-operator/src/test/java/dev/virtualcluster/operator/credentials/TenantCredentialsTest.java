// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.operator.controlplane.Part;
import dev.virtualcluster.operator.pki.CertificateAuthority;
import dev.virtualcluster.operator.pki.LeafCheck;
import dev.virtualcluster.operator.pki.Pem;
import dev.virtualcluster.runtime.addresses.Cidr;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantCredentialsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final List<String> DERIVED = List.of(
            Keys.ETCD_SERVING_SECRET,
            Keys.ETCD_CLIENT_SECRET,
            Keys.API_SERVER_SERVING_SECRET,
            Keys.FRONT_PROXY_SECRET,
            Keys.KUBELET_CLIENT_SECRET,
            Keys.CONTROLLER_MANAGER_KUBECONFIG,
            Keys.SYNCER_KUBECONFIG,
            Keys.ADMIN_KUBECONFIG);

    private final TenantCredentials credentials = new TenantCredentials(new KubernetesSerialization());
    private final CertificateAuthority agentClients = CertificateAuthority.create("agents", NOW);
    private final CertificateAuthority agentServers = CertificateAuthority.create("servers", NOW);
    private final Map<String, Map<String, String>> stored = new HashMap<>();

    @Test
    void makesEverySecretOnceAndIsThenContent() {
        completeAll();

        assertThat(stored.keySet())
                .containsAll(DERIVED)
                .contains(
                        Keys.ROOT_CA_SECRET,
                        Keys.ETCD_CA_SECRET,
                        Keys.FRONT_PROXY_CA_SECRET,
                        Keys.SERVICE_ACCOUNT_KEY_SECRET);
        assertThat(Authorities.missing(stored, "k", NOW)).isEmpty();
        assertThat(credentials.plan(stored, inputs("10.97.1.0/24"), NOW).writes())
                .isEmpty();
    }

    /** Whatever part of the set a kill leaves behind, the next run completes it around the stored authorities. */
    @Test
    void completesAHalfMadeSetWithoutTouchingWhatIsThere() {
        completeAll();
        var whole = Map.copyOf(stored);
        for (String lost : DERIVED) {
            stored.clear();
            stored.putAll(whole);
            stored.remove(lost);

            var plan = credentials.plan(stored, inputs("10.97.1.0/24"), NOW);

            assertThat(plan.writes()).as(lost).extracting(SecretContent::name).containsExactly(lost);
        }
    }

    @Test
    void derivesEverythingAnewFromAnAuthorityThatWasDeleted() {
        completeAll();
        stored.remove(Keys.ETCD_CA_SECRET);
        var before = credentials.plan(withAuthorities(), inputs("10.97.1.0/24"), NOW);

        assertThat(before.writes())
                .extracting(SecretContent::name)
                .containsExactlyInAnyOrder(Keys.ETCD_SERVING_SECRET, Keys.ETCD_CLIENT_SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                Keys.ROOT_CA_SECRET,
                Keys.ETCD_CA_SECRET,
                Keys.FRONT_PROXY_CA_SECRET,
                Keys.SERVICE_ACCOUNT_KEY_SECRET
            })
    void neverReplacesAStoredAuthorityThatItCannotRead(String secret) {
        completeAll();
        stored.put(secret, Map.of(Keys.TLS_CERT, "rubbish", Keys.TLS_KEY, "rubbish"));

        assertThat(Authorities.missing(stored, "k", NOW)).isEmpty();
        assertThatThrownBy(() -> credentials.plan(stored, inputs("10.97.1.0/24"), NOW))
                .isInstanceOf(Authorities.StoredAuthorityException.class)
                .hasMessageContaining("Secret " + secret)
                .hasMessageContaining("Restore it");
    }

    @ParameterizedTest
    @ValueSource(strings = {Keys.ROOT_CA_SECRET, Keys.ETCD_CA_SECRET, Keys.FRONT_PROXY_CA_SECRET})
    void reportsAnAuthorityThatWasMadeWhileAClockWasAhead(String secret) {
        store(Authorities.missing(stored, "default-aaaaaa-demo", NOW));
        stored.remove(secret);
        store(Authorities.missing(stored, "default-aaaaaa-demo", NOW.plus(Duration.ofHours(1))));

        assertThatThrownBy(() -> credentials.plan(stored, inputs("10.97.1.0/24"), NOW))
                .isInstanceOf(Authorities.StoredAuthorityException.class)
                .hasMessageContaining("Secret " + secret)
                .hasMessageContaining("not valid before");
        assertThat(credentials
                        .plan(stored, inputs("10.97.1.0/24"), NOW.plus(Duration.ofHours(1)))
                        .writes())
                .hasSize(DERIVED.size());
    }

    @Test
    void reportsAnAuthorityThatHasEnded() {
        completeAll();
        var end = NOW.plus(CertificateAuthority.AUTHORITY_VALIDITY);

        assertThatThrownBy(() -> credentials.plan(stored, inputs("10.97.1.0/24"), end))
                .isInstanceOf(Authorities.StoredAuthorityException.class)
                .hasMessageContaining("was valid until");
    }

    /** Its leaves can be made to end with it, and no later: making them anew would go on without an end. */
    @Test
    void restsUntilTheEndOfAnAuthorityThatIsNear() {
        completeAll();
        var end = NOW.plus(CertificateAuthority.AUTHORITY_VALIDITY);
        stored.keySet().removeAll(DERIVED);
        var near = end.minus(Duration.ofMinutes(1));

        var first = credentials.plan(stored, inputs("10.97.1.0/24"), near);
        store(first.writes());
        var second = credentials.plan(stored, inputs("10.97.1.0/24"), near.plusSeconds(30));

        assertThat(first.renewal()).isEqualTo(end);
        assertThat(first.firstEnding().at()).isEqualTo(end);
        assertThat(second.writes()).isEmpty();
    }

    @Test
    void replacesADerivedSecretThatWasEditedOrHoldsAnothersKey() {
        completeAll();
        var edited = new HashMap<>(stored.getOrDefault(Keys.ETCD_CLIENT_SECRET, Map.of()));
        edited.put(Keys.TLS_KEY, value(Keys.ETCD_SERVING_SECRET, Keys.TLS_KEY));
        stored.put(Keys.ETCD_CLIENT_SECRET, edited);
        stored.put(Keys.SYNCER_KUBECONFIG, Map.of(Keys.SYNCER_KUBECONFIG, "rubbish: ["));

        assertThat(credentials.plan(stored, inputs("10.97.1.0/24"), NOW).writes())
                .extracting(SecretContent::name)
                .containsExactlyInAnyOrder(Keys.ETCD_CLIENT_SECRET, Keys.SYNCER_KUBECONFIG);
    }

    @Test
    void certifiesTheAddressesOfNodesBeforeOneIsNamed() {
        store(Authorities.missing(stored, "default-aaaaaa-demo", NOW));
        store(credentials
                .plan(stored, inputs("10.97.1.0/24", Optional.empty()), NOW)
                .writes());

        var named = credentials.plan(stored, inputs("10.97.1.0/24", endpoint("172.30.0.2")), NOW);
        var unknown = credentials.plan(stored, inputs("10.97.1.0/24", endpoint("172.30.0.3")), NOW);

        assertThat(named.writes()).extracting(SecretContent::name).containsExactly(Keys.ADMIN_KUBECONFIG);
        assertThat(unknown.writes())
                .as("a node that came later")
                .extracting(SecretContent::name)
                .containsExactly(Keys.API_SERVER_SERVING_SECRET, Keys.ADMIN_KUBECONFIG);
    }

    @Test
    void renewsLeavesButNeverAuthorities() {
        completeAll();
        var restartKeys = credentials.plan(stored, inputs("10.97.1.0/24"), NOW).restartKeys();
        var later = NOW.plus(Duration.ofDays(250));

        var plan = credentials.plan(stored, inputs("10.97.1.0/24"), later);

        assertThat(plan.writes()).extracting(SecretContent::name).containsExactlyInAnyOrderElementsOf(DERIVED);
        assertThat(plan.restartKeys().get(Part.ETCD)).isEqualTo(restartKeys.get(Part.ETCD));
        assertThat(plan.restartKeys().get(Part.API_SERVER)).isEqualTo(restartKeys.get(Part.API_SERVER));
        assertThat(plan.restartKeys().get(Part.CONTROLLER_MANAGER))
                .as("the controller-manager reads its kubeconfig once")
                .isNotEqualTo(restartKeys.get(Part.CONTROLLER_MANAGER));
    }

    @Test
    void certifiesTheNamesThatAreDialled() {
        completeAll();
        var etcd = Pem.certificate(value(Keys.ETCD_SERVING_SECRET, Keys.TLS_CERT));
        var apiServer = Pem.certificate(value(Keys.API_SERVER_SERVING_SECRET, Keys.TLS_CERT));
        var agentClient = Pem.certificate(value(Keys.KUBELET_CLIENT_SECRET, Keys.TLS_CERT));

        assertThat(LeafCheck.alternativeNames(etcd))
                .contains(
                        "DNS:etcd-0.etcd",
                        "DNS:etcd-0.etcd.default-aaaaaa-demo.svc",
                        "DNS:etcd-0.etcd.default-aaaaaa-demo.svc.cluster.local",
                        "DNS:etcd.default-aaaaaa-demo.svc",
                        "IP:127.0.0.1");
        assertThat(LeafCheck.alternativeNames(apiServer))
                .contains(
                        "DNS:kubernetes",
                        "DNS:kubernetes.default.svc.tenant.example",
                        "DNS:apiserver-svc.default-aaaaaa-demo.svc",
                        "DNS:localhost",
                        "IP:10.97.1.1");
        assertThat(LeafCheck.commonName(agentClient)).isEqualTo("default-aaaaaa-demo");
        assertThat(LeafCheck.organizations(agentClient)).containsExactly(Keys.AGENT_CLIENT_ORGANIZATION);
        assertThat(LeafCheck.alternativeNames(agentClient)).containsExactly("URI:urn:virtualcluster:uid-1");
    }

    @Test
    void writesKubeconfigsThatTheClientReads() {
        completeAll();

        var config = Config.fromKubeconfig(value(Keys.ADMIN_KUBECONFIG, Keys.ADMIN_KUBECONFIG));

        assertThat(config.getMasterUrl()).isEqualTo("https://10.97.1.1:443/");
        assertThat(config.getClientKeyData()).isNotBlank();
        assertThat(value(Keys.ADMIN_KUBECONFIG, Keys.EXTERNAL_KUBECONFIG))
                .contains("https://172.30.0.1:31000")
                .contains("tls-server-name: \"kubernetes\"");
    }

    @Test
    void followsAMovedAddress() {
        completeAll();

        assertThat(credentials.plan(stored, inputs("10.97.2.0/24"), NOW).writes())
                .extracting(SecretContent::name)
                .containsExactlyInAnyOrder(
                        Keys.API_SERVER_SERVING_SECRET,
                        Keys.CONTROLLER_MANAGER_KUBECONFIG,
                        Keys.SYNCER_KUBECONFIG,
                        Keys.ADMIN_KUBECONFIG);
    }

    private String value(String secret, String key) {
        return stored.getOrDefault(secret, Map.of()).getOrDefault(key, "");
    }

    private void completeAll() {
        store(Authorities.missing(stored, "default-aaaaaa-demo", NOW));
        store(credentials.plan(stored, inputs("10.97.1.0/24"), NOW).writes());
    }

    private Map<String, Map<String, String>> withAuthorities() {
        store(Authorities.missing(stored, "default-aaaaaa-demo", NOW));
        return stored;
    }

    private void store(List<SecretContent> secrets) {
        secrets.forEach(secret -> stored.put(secret.name(), secret.data()));
    }

    private static Optional<CredentialInputs.ExternalEndpoint> endpoint(String node) {
        return Optional.of(new CredentialInputs.ExternalEndpoint(node, 31000, false));
    }

    private CredentialInputs inputs(String slice) {
        return inputs(slice, Optional.of(new CredentialInputs.ExternalEndpoint("172.30.0.1", 31000, false)));
    }

    private CredentialInputs inputs(String slice, Optional<CredentialInputs.ExternalEndpoint> external) {
        return new CredentialInputs(
                new TenantKey("default-aaaaaa-demo"),
                "demo",
                "uid-1",
                "tenant.example",
                "cluster.local",
                Cidr.parse(slice),
                1,
                external,
                Set.of("172.30.0.1", "172.30.0.2"),
                Duration.ofDays(365),
                new CredentialInputs.AgentAuthorities(agentClients, agentServers.certificatePem()));
    }
}
