// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.testing.HostileServer;
import dev.virtualcluster.runtime.testing.HostileServer.Answer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Whoever runs the syncer must learn why a tenant is not served whose API server answers. */
class UnreadableListTest {
    @ParameterizedTest
    @ValueSource(strings = {"{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":null}", "7"})
    void isWarnedOfOnce(String item) throws Exception {
        AtomicInteger lists = new AtomicInteger();
        Records records = new Records();
        Logger logger = (Logger) LoggerFactory.getLogger(InformerCache.class);
        logger.addAppender(records);
        try (HostileServer server = HostileServer.start(path -> {
                    lists.incrementAndGet();
                    return Answer.of("{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":"
                            + "{\"resourceVersion\":\"1\"},\"items\":[" + item + "]}");
                });
                ClientPlatform platform = ClientPlatform.start(Meters.of("test"), System::nanoTime)) {
            var config = new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                    .withMasterUrl(server.url())
                    .build();

            platform.connect("unreadable", config).cache(CacheSpec.all(ConfigMap.class));

            await().atMost(Duration.ofSeconds(30)).until(() -> lists.get() > 3);
        } finally {
            logger.detachAppender(records);
        }
        List<ILoggingEvent> warnings = records.all.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .toList();
        assertThat(warnings).hasSize(1);
        assertThat(warnings.getFirst().getKeyValuePairs().toString()).contains("unreadable", "ConfigMap");
    }

    private static final class Records extends AppenderBase<ILoggingEvent> {
        private final Queue<ILoggingEvent> all = new ConcurrentLinkedQueue<>();

        Records() {
            start();
        }

        @Override
        protected void append(ILoggingEvent event) {
            all.add(event);
        }
    }
}
