// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.apply.WriteGate;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.testing.ApiServerOptions;
import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Namespace;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventRecorderIT {
    @RegisterExtension
    static final ApiServers SUPER = ApiServers.of(1, ApiServerOptions.defaults());

    @Test
    void countsWhatIsSoAgain() throws Exception {
        try (var platform = ClientPlatform.start();
                var connection = platform.connect("super", SUPER.get().config())) {
            var client = connection.client();
            Namespace about = client.namespaces().withName("default").get();
            var now = new AtomicReference<>(Instant.parse("2026-01-01T10:00:00Z"));
            var recorder = new EventRecorder(new SuperWrites(client, WriteGate.open()), now::get);

            recorder.record(about, Outcome.ready("Ready", "The virtual cluster runs"));
            now.set(Instant.parse("2026-01-01T10:05:00Z"));
            recorder.record(about, Outcome.ready("Ready", "The virtual cluster runs"));

            assertThat(client.v1().events().inNamespace("default").list().getItems())
                    .filteredOn(event -> "The virtual cluster runs".equals(event.getMessage()))
                    .extracting(Event::getCount, Event::getFirstTimestamp, Event::getLastTimestamp)
                    .containsExactly(tuple(2, "2026-01-01T10:00:00Z", "2026-01-01T10:05:00Z"));
        }
    }
}
