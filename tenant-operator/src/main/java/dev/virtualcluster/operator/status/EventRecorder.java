// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.status;

import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.runtime.logging.LogKeys;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that writes events. The same thing said about the same object is one event, also after a restart: the
 * event's name is made of what it says. Losing an event harms nothing, so failures are logged and swallowed.
 */
public final class EventRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final String COMPONENT = "vc-tenant-operator";
    private static final String DEFAULT_NAMESPACE = "default";
    private static final int NAME_ROOM = 180;
    private static final int LONGEST_NOTE = 1000;

    private final SuperWrites writes;
    private final InstantSource clock;

    /** Writes through {@code writes}. */
    public EventRecorder(SuperWrites writes, InstantSource clock) {
        this.writes = writes;
        this.clock = clock;
    }

    /** Tells an outcome: as a warning when a person must act. */
    public void record(HasMetadata about, Outcome outcome) {
        String type = outcome instanceof Outcome.Blocked ? "Warning" : "Normal";
        record(about, type, outcome.reason(), outcome.message());
    }

    /** Tells something. */
    public void record(HasMetadata about, String type, String reason, String message) {
        var meta = about.getMetadata();
        String namespace = meta.getNamespace() == null ? DEFAULT_NAMESPACE : meta.getNamespace();
        String said = String.join("/", meta.getUid(), String.valueOf(meta.getGeneration()), type, reason, message);
        String name = shortened(meta.getName(), NAME_ROOM) + "."
                + UUID.nameUUIDFromBytes(said.getBytes(StandardCharsets.UTF_8));
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        var event = new EventBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withNamespace(meta.getNamespace())
                .withName(meta.getName())
                .withUid(meta.getUid())
                .endInvolvedObject()
                .withType(type)
                .withReason(reason)
                .withMessage(shortened(message, LONGEST_NOTE))
                .withNewSource()
                .withComponent(COMPONENT)
                .endSource()
                .withReportingComponent(COMPONENT)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .build();
        try {
            boolean isNew = writes.create(event).isPresent();
            LOG.atDebug().addKeyValue(LogKeys.REASON, reason).log(isNew ? "event" : "event known");
            if (!isNew) {
                countAgain(event);
            }
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .addKeyValue(LogKeys.REASON, reason)
                    .addKeyValue(LogKeys.ERROR, e.getMessage())
                    .log("an event could not be written");
        }
    }

    /** Said before: that it is so again, and since when, is news all the same. */
    private void countAgain(Event event) {
        writes.read(event).ifPresent(known -> {
            int count = known.getCount() == null ? 1 : known.getCount();
            writes.merge(known, Map.of("count", count + 1, "lastTimestamp", event.getLastTimestamp()));
        });
    }

    private static String shortened(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit);
    }
}
