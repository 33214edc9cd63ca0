// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import dev.virtualcluster.agent.http.RefusalReason;
import dev.virtualcluster.agent.ownership.Target;
import dev.virtualcluster.agent.route.Call;
import dev.virtualcluster.agent.route.Endpoint;
import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One audit line and a handful of meters for each call. Commands and logs never get into it: only who, which pod, what kind of call, how
 * much and how it ended. Strangers are only counted, and told at DEBUG: they could fill a disk. Thread safe.
 */
public final class CallJournal implements CallLog {
    private static final Logger LOG = LoggerFactory.getLogger(CallJournal.class);
    private static final String NOBODY = "none";

    private final Meters meters;
    private final Counter strangers;
    private final Counter turnedAway;
    private final Counter bytesFromClients;
    private final Counter bytesToClients;

    /** A journal whose meters exist, at zero, from now on. */
    public CallJournal(Meters meters) {
        this.meters = meters;
        this.strangers = meters.counter("strangers");
        this.turnedAway = meters.counter("turned_away");
        this.bytesFromClients = meters.counter("bytes", "direction", "in");
        this.bytesToClients = meters.counter("bytes", "direction", "out");
        call(NOBODY);
        for (Endpoint endpoint : Endpoint.values()) {
            call(endpoint.segment());
        }
        for (String other : List.of("ok", "failed", "defect")) {
            outcome(other);
        }
        for (RefusalReason reason : RefusalReason.values()) {
            outcome(reason.label());
        }
        for (Ending ending : Ending.values()) {
            outcome(ending.label());
        }
    }

    @Override
    public void ended(CallRecord record, long nanos) {
        call(record.endpoint()).increment();
        outcome(record.outcome).increment();
        bytesFromClients.increment((double) record.traffic.fromClient());
        bytesToClients.increment((double) record.traffic.toClient());
        describe(LOG.atInfo(), record)
                .addKeyValue(AuditKeys.STATUS, record.status)
                .addKeyValue(AuditKeys.OUTCOME, record.outcome)
                .addKeyValue(AuditKeys.BYTES_IN, record.traffic.fromClient())
                .addKeyValue(AuditKeys.BYTES_OUT, record.traffic.toClient())
                .addKeyValue(LogKeys.DURATION, Duration.ofNanos(nanos).toMillis() + "ms")
                .log("call");
    }

    private static LoggingEventBuilder describe(LoggingEventBuilder start, CallRecord record) {
        LoggingEventBuilder line =
                start.addKeyValue(LogKeys.ADDRESS, record.remote).addKeyValue(AuditKeys.ENDPOINT, record.endpoint());
        if (record.identity != null) {
            line = line.addKeyValue(LogKeys.TENANT, record.identity.key().value());
        }
        if (record.call instanceof Call.OfPod pod) {
            line = line.addKeyValue(LogKeys.NAMESPACE, pod.pod().namespace())
                    .addKeyValue(LogKeys.NAME, pod.pod().name());
        }
        @Nullable Target target = record.target;
        if (target != null) {
            line = line.addKeyValue(LogKeys.UID, target.tenantUid());
        }
        @Nullable Throwable failure = record.failure;
        return failure == null ? line : line.addKeyValue(LogKeys.ERROR, failure.toString());
    }

    @Override
    public void stranger(String remote, Throwable why) {
        strangers.increment();
        LOG.atDebug()
                .addKeyValue(LogKeys.ADDRESS, remote)
                .addKeyValue(LogKeys.ERROR, String.valueOf(why.getMessage()))
                .log("a handshake failed");
    }

    @Override
    public void turnedAway(String remote) {
        turnedAway.increment();
        LOG.atDebug().addKeyValue(LogKeys.ADDRESS, remote).log("too many connections; one was turned away");
    }

    private Counter call(String endpoint) {
        return meters.counter("calls", "endpoint", endpoint);
    }

    private Counter outcome(String outcome) {
        return meters.counter("outcomes", "outcome", outcome);
    }
}
