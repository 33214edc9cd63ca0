// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.micrometer.core.instrument.Counter;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at many objects of one tenant, so that one that cannot be looked at costs no other its turn. For one thread. */
final class Inspection {
    private static final Logger LOG = LoggerFactory.getLogger(Inspection.class);

    private final Tenant tenant;
    private final String kind;
    private final Counter failures;
    private int failed;
    private @Nullable RuntimeException first;
    private @Nullable ObjectKey where;

    Inspection(Tenant tenant, String kind, Counter failures) {
        this.tenant = tenant;
        this.kind = kind;
        this.failures = failures;
    }

    <T extends HasMetadata> void each(Collection<T> objects, Consumer<T> look) {
        for (T object : objects) {
            try {
                look.accept(object);
            } catch (RuntimeException e) {
                failures.increment();
                failed++;
                if (first == null) {
                    first = e;
                    where = ObjectKey.of(object);
                }
            }
        }
    }

    /** Logs the first failure and how many there were: they come again with every patrol. */
    void tell() {
        if (first != null) {
            LOG.atError()
                    .addKeyValue(LogKeys.TENANT, tenant.key())
                    .addKeyValue(LogKeys.KIND, kind)
                    .addKeyValue(LogKeys.KEY, where)
                    .addKeyValue(LogKeys.COUNT, failed)
                    .setCause(first)
                    .log("objects could not be inspected; this is the first");
        }
    }
}
