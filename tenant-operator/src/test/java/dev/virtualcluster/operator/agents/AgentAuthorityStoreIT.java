// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.apply.WriteGate;
import dev.virtualcluster.operator.pki.PkiException;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.testing.ApiServerOptions;
import dev.virtualcluster.runtime.testing.ApiServers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The agents' authorities, kept by an operator whose clock is wrong for a while. */
class AgentAuthorityStoreIT {
    @RegisterExtension
    static final ApiServers SUPER = ApiServers.of(1, ApiServerOptions.defaults());

    private static final String NAMESPACE = "default";
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final ClientPlatform platform = ClientPlatform.start();
    private final AtomicReference<Instant> clock = new AtomicReference<>(NOW);

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void neitherSignsWithAnAuthorityOutsideItsValidityNorReplacesIt() {
        var client = platform.connect("super", SUPER.get().config()).client();
        var store = new AgentAuthorityStore(client, new SuperWrites(client, WriteGate.open()), NAMESPACE, clock::get);
        clock.set(NOW.plus(Duration.ofHours(1)));
        var made = store.forTenants();

        clock.set(NOW);

        assertThatThrownBy(store::forTenants)
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("Secret default/" + Keys.AGENT_CLIENT_CA_SECRET)
                .hasMessageContaining("not valid before");
        assertThatThrownBy(store::serving).isInstanceOf(PkiException.class);
        clock.set(NOW.plus(Duration.ofHours(1)));
        assertThat(store.forTenants()).as("left for a person").isEqualTo(made);

        clock.set(NOW);
        client.secrets()
                .inNamespace(NAMESPACE)
                .withName(Keys.AGENT_CLIENT_CA_SECRET)
                .delete();
        client.secrets()
                .inNamespace(NAMESPACE)
                .withName(Keys.AGENT_SERVING_CA_SECRET)
                .delete();
        assertThat(store.forTenants().client().certificate())
                .as("made anew, once a person has deleted it")
                .isNotEqualTo(made.client().certificate());
    }
}
