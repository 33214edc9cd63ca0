// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/**
 * Creates the meters of one process under the rule {@code vc_<process>_<what>_<unit>}. A counter's name gets
 * {@code _total}, a timer's {@code _seconds} from the registry. Meters exist with value zero from the moment they are
 * asked for; asking twice gives the same one. Safe for use by any thread.
 */
public final class Meters implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
    /** From a cache hit to the slowest write we wait for. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<AutoCloseable> binders = new ArrayList<>();
    private final String prefix;

    private Meters(String process) {
        this.prefix = "vc_" + checked(process) + "_";
    }

    /** The meters of a process, such as {@code syncer}, without those of the JVM. */
    public static Meters of(String process) {
        return new Meters(process);
    }

    /** Adds the JVM's memory, collector, thread and processor meters under their customary names. */
    public Meters withJvm() {
        JvmGcMetrics gc = new JvmGcMetrics();
        gc.bindTo(registry);
        binders.add(gc);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        return this;
    }

    /** A counter; {@code tags} are name, value, name, value of low cardinality. */
    public Counter counter(String what, String... tags) {
        return Counter.builder(prefix + checked(what)).tags(tags).register(registry);
    }

    /** A timer with explicit buckets, exported in seconds. */
    public Timer timer(String what, String... tags) {
        return Timer.builder(prefix + checked(what))
                .tags(tags)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** A gauge read on every scrape; the registry keeps {@code value} alive. */
    public void gauge(String what, DoubleSupplier value, String... tags) {
        Gauge.builder(prefix + checked(what), value, DoubleSupplier::getAsDouble)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /** All meters in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        for (AutoCloseable binder : binders) {
            try {
                binder.close();
            } catch (Exception e) {
                throw new IllegalStateException("a meter binder does not close", e);
            }
        }
        registry.close();
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("meter name '" + name + "' is not lower_snake_case");
        }
        return name;
    }
}
