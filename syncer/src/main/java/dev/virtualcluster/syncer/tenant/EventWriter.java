// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.syncer.requests.Requests;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the syncer's own Warning events. The event's name is made from what it says, so a repetition raises the count of
 * the same event, also after a restart; a repetition within some minutes is not written at all, unless the former could
 * not be. Remembers a bounded number of events, the oldest forgotten first.
 */
final class EventWriter implements TenantEvents {
    private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);
    private static final Duration QUIET = Duration.ofMinutes(5);
    private static final int REMEMBERED = 1_000;
    private static final int MAX_MESSAGE = 1_000;
    private static final int MAX_NAME = 253;
    private static final String COMPONENT = "vc-syncer";

    private record Said(String uid, String reason, String message) {}

    private final Tenant tenant;
    private final InstantSource clock;
    private final Counter failures;
    private final Map<Said, Instant> recent = new LinkedHashMap<>();

    EventWriter(Tenant tenant, InstantSource clock, Meters meters) {
        this.tenant = tenant;
        this.clock = clock;
        this.failures = meters.counter("tenant_event_failures");
    }

    @Override
    public void warn(HasMetadata object, String reason, String message) {
        String words = TenantWords.of(tenant, message);
        String text = words.length() > MAX_MESSAGE ? words.substring(0, MAX_MESSAGE) : words;
        Instant now = clock.instant();
        Said said = new Said(object.getMetadata().getUid(), reason, text);
        if (!isNews(said, now)) {
            return;
        }
        try {
            write(event(
                    object, reason, text, now.truncatedTo(ChronoUnit.SECONDS).toString()));
        } catch (KubernetesClientException e) {
            forget(said, now);
            failures.increment();
            LOG.atDebug()
                    .addKeyValue(LogKeys.TENANT, tenant.key())
                    .addKeyValue(LogKeys.REASON, reason)
                    .setCause(e)
                    .log("an event could not be written into the tenant");
        }
    }

    private void write(Event event) {
        try {
            Requests.createBriefly(tenant.client(), event);
        } catch (KubernetesClientException e) {
            if (e.getCode() != 409) {
                throw e;
            }
            Event known = Requests.read(tenant.client(), Event.class, ObjectKey.of(event));
            if (known != null) {
                known.setCount(known.getCount() == null ? 2 : known.getCount() + 1);
                known.setLastTimestamp(event.getLastTimestamp());
                Requests.update(tenant.client(), known);
            }
        }
    }

    private Event event(HasMetadata object, String reason, String message, String now) {
        ObjectMeta meta = object.getMetadata();
        // Events about cluster-scoped objects live in the default namespace.
        String namespace = meta.getNamespace() == null ? "default" : meta.getNamespace();
        String suffix = Integer.toHexString(Objects.hash(meta.getUid(), reason, message));
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name(meta.getName(), suffix))
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                .withNamespace(meta.getNamespace())
                .withName(meta.getName())
                .withUid(meta.getUid())
                .endInvolvedObject()
                .withType("Warning")
                .withReason(reason)
                .withMessage(message)
                .withNewSource()
                .withComponent(COMPONENT)
                .endSource()
                .withReportingComponent(COMPONENT)
                .withReportingInstance(COMPONENT)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .build();
    }

    /** A name that an API server takes, however long the object's own is. */
    private static String name(String object, String suffix) {
        int end = Math.min(object.length(), MAX_NAME - 1 - suffix.length());
        while (end > 0 && !Character.isLetterOrDigit(object.charAt(end - 1))) {
            end--;
        }
        return object.substring(0, end) + "." + suffix;
    }

    private synchronized boolean isNews(Said said, Instant now) {
        Instant last = recent.get(said);
        if (last != null && Duration.between(last, now).compareTo(QUIET) < 0) {
            return false;
        }
        recent.remove(said);
        recent.put(said, now);
        if (recent.size() > REMEMBERED) {
            recent.remove(recent.keySet().iterator().next());
        }
        return true;
    }

    /** Nobody has read it: the next who says it is to be heard. */
    private synchronized void forget(Said said, Instant when) {
        recent.remove(said, when);
    }
}
