// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import dev.virtualcluster.operator.controlplane.Part;
import dev.virtualcluster.operator.status.Outcome;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;

/**
 * Why a StatefulSet has no pods. Its controller says so in events only (a quota, a policy, a webhook refuses them), so
 * they are asked for, but not before the controller has had its time.
 */
final class PodCreation {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration NEXT_LOOK = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final InstantSource clock;

    PodCreation(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    Outcome whyMissing(Part part, StatefulSet set) {
        var waiting = Outcome.waiting("PodsMissing", part.title() + "'s pods are not created yet", NEXT_LOOK);
        var created = Instant.parse(set.getMetadata().getCreationTimestamp());
        if (Duration.between(created, clock.instant()).compareTo(PATIENCE) < 0) {
            return waiting;
        }
        return client
                .v1()
                .events()
                .inNamespace(set.getMetadata().getNamespace())
                .withField("involvedObject.uid", set.getMetadata().getUid())
                .withField("reason", "FailedCreate")
                .list()
                .getItems()
                .stream()
                .max(Comparator.comparing(PodCreation::time))
                .<Outcome>map(event -> Outcome.blocked(
                        "PodsRefused", part.title() + "'s pods cannot be created: " + event.getMessage(), NEXT_LOOK))
                .orElse(waiting);
    }

    private static String time(Event event) {
        return event.getLastTimestamp() == null ? "" : event.getLastTimestamp();
    }
}
