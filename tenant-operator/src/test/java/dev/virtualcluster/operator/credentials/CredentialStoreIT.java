// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.operator.apply.Parallel;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.apply.WriteGate;
import dev.virtualcluster.operator.controlplane.Part;
import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.operator.pki.CertificateAuthority;
import dev.virtualcluster.operator.pki.Pem;
import dev.virtualcluster.runtime.addresses.Cidr;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.testing.ApiServerOptions;
import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tenant's Secrets and the operator's clock. */
class CredentialStoreIT {
    @RegisterExtension
    static final ApiServers SUPER = ApiServers.of(1, ApiServerOptions.defaults());

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final ClientPlatform platform = ClientPlatform.start();
    private final AtomicReference<Instant> clock = new AtomicReference<>(NOW);
    private final CertificateAuthority agents = CertificateAuthority.create("agents", NOW.minus(Duration.ofDays(1)));
    private ClusterConnection connection;
    private CredentialStore store;

    @BeforeEach
    void open() throws Exception {
        connection = platform.connect("super", SUPER.get().config());
        var cache = connection.cache(CacheSpec.all(Secret.class).withLabels(Keys.CONTROLLED_SELECTOR));
        cache.awaitSynced(Duration.ofSeconds(30));
        store = new CredentialStore(
                connection.client(),
                new SuperWrites(connection.client(), WriteGate.open()),
                cache,
                new TenantCredentials(ClientPlatform.forFiles()),
                new Parallel(platform.executor()),
                clock::get);
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void noticesThatTheClockWasAheadWhenItMadeThem() throws Exception {
        var tenant = tenant("ahead");
        clock.set(NOW.plus(Duration.ofHours(1)));
        store.keep(tenant, inputs(tenant));

        clock.set(NOW);

        assertThatThrownBy(() -> store.keep(tenant, inputs(tenant)))
                .isInstanceOf(Authorities.StoredAuthorityException.class)
                .hasMessageContaining("not valid before");
    }

    @Test
    void tellsOfTheEndOfAnAuthorityBeforeItComes() throws Exception {
        var tenant = tenant("near");

        assertThat(store.keep(tenant, inputs(tenant)).ending()).isEmpty();
        clock.set(NOW.plus(CertificateAuthority.AUTHORITY_VALIDITY).minus(Duration.ofDays(89)));
        assertThat(store.keep(tenant, inputs(tenant)).ending())
                .map(Authorities.Ending::at)
                .contains(NOW.plus(CertificateAuthority.AUTHORITY_VALIDITY));
    }

    @Test
    void renewsCertificatesInTimeWithoutARestart() throws Exception {
        var tenant = tenant("running");
        var first = store.keep(tenant, inputs(tenant));
        var made = serving(tenant);
        var authority = root(tenant);

        clock.set(NOW.plus(Duration.ofDays(240)));
        store.keep(tenant, inputs(tenant));
        assertThat(serving(tenant)).as("more than a third of its life is left").isEqualTo(made);

        clock.set(NOW.plus(Duration.ofDays(245)));
        var renewed = store.keep(tenant, inputs(tenant));

        assertThat(serving(tenant)).isNotEqualTo(made);
        assertThat(serving(tenant).getNotAfter().toInstant())
                .isEqualTo(clock.get().plus(Duration.ofDays(365)));
        assertThat(root(tenant)).as("the authority stays").isEqualTo(authority);
        assertThat(renewed.restartKeys().get(Part.API_SERVER))
                .as("it reads its certificates again by itself")
                .isEqualTo(first.restartKeys().get(Part.API_SERVER));
        var again = serving(tenant);
        store.keep(tenant, inputs(tenant));
        assertThat(serving(tenant)).as("once").isEqualTo(again);
    }

    @Test
    void wantsTheNextLookInTimeForTheRenewal() throws Exception {
        var tenant = tenant("timely");
        store.keep(tenant, inputs(tenant));

        clock.set(NOW.plus(Duration.ofDays(243)));
        var near = store.keep(tenant, inputs(tenant));

        assertThat(near.nextLook()).isBetween(Duration.ofHours(1), Duration.ofHours(12));
        clock.set(clock.get().plus(near.nextLook()));
        var made = serving(tenant);
        for (int i = 0; i < 4; i++) {
            clock.set(clock.get().plus(store.keep(tenant, inputs(tenant)).nextLook()));
        }
        assertThat(serving(tenant)).as("whoever looks when told renews in time").isNotEqualTo(made);
        assertThat(clock.get()).isBefore(made.getNotAfter().toInstant().minus(Duration.ofDays(100)));
    }

    private X509Certificate serving(Tenant tenant) {
        return certificate(tenant, Keys.API_SERVER_SERVING_SECRET);
    }

    private X509Certificate root(Tenant tenant) {
        return certificate(tenant, Keys.ROOT_CA_SECRET);
    }

    private X509Certificate certificate(Tenant tenant, String secret) {
        return Pem.certificate(
                new String(store.read(tenant, secret, Keys.TLS_CERT).orElseThrow(), StandardCharsets.UTF_8));
    }

    private Tenant tenant(String name) {
        var vc = new VirtualCluster();
        vc.getMetadata().setNamespace("credentials");
        vc.getMetadata().setName(name);
        vc.getMetadata().setUid("0a0a0a0a-0000-4000-8000-00000000000a");
        var tenant = Tenant.of(vc);
        connection
                .client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(tenant.rootNamespace())
                        .endMetadata()
                        .build())
                .create();
        return tenant;
    }

    private CredentialInputs inputs(Tenant tenant) {
        return new CredentialInputs(
                tenant.key(),
                tenant.name(),
                tenant.uid(),
                "cluster.local",
                "cluster.local",
                Cidr.parse("10.97.1.0/24"),
                1,
                Optional.empty(),
                Set.of(),
                Duration.ofDays(365),
                new CredentialInputs.AgentAuthorities(agents, agents.certificatePem()));
    }
}
