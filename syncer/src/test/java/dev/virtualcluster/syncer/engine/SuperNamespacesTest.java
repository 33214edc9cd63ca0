// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SuperNamespacesTest {
    private static final int ROUNDS = 2_000;
    private static final ObjectKey KEY = ObjectKey.clusterScoped("red-shop");

    @Test
    void bothIndexesAgreeWhoeverChangesThem() throws InterruptedException {
        try (ClientPlatform platform = ClientPlatform.start()) {
            SuperNamespaces namespaces =
                    new SuperNamespaces(new SuperCluster(platform.connect("super", Config.empty()), System::nanoTime));

            for (int round = 0; round < ROUNDS; round++) {
                atOnce(
                        () -> namespaces.changed(KEY, of("red")),
                        () -> namespaces.changed(KEY, of("blue")),
                        () -> namespaces.changed(KEY, null),
                        () -> namespaces.changed(KEY, of("red")));
                namespaces.changed(KEY, null);

                assertThat(namespaces.home(KEY.name())).isNull();
                assertThat(namespaces.of("red")).as("of red in round %d", round).isEmpty();
                assertThat(namespaces.of("blue"))
                        .as("of blue in round %d", round)
                        .isEmpty();
            }
        }
    }

    @Test
    void saysWhenANamespaceHasBecomeATenants() {
        try (ClientPlatform platform = ClientPlatform.start()) {
            SuperNamespaces namespaces =
                    new SuperNamespaces(new SuperCluster(platform.connect("super", Config.empty()), System::nanoTime));

            assertThat(namespaces.changed(KEY, of("red"))).as("first").isTrue();
            assertThat(namespaces.changed(KEY, of("red"))).as("the same again").isFalse();
            assertThat(namespaces.changed(KEY, of("blue"))).as("another's").isTrue();
            assertThat(namespaces.changed(KEY, null)).as("gone").isFalse();
        }
    }

    private static void atOnce(Runnable... changes) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (Runnable change : changes) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    start.await();
                    change.run();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static Namespace of(String tenant) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(KEY.name())
                .addToAnnotations(Keys.CLUSTER, tenant)
                .addToAnnotations(Keys.TENANT_NAMESPACE, "shop")
                .addToAnnotations(Keys.TENANT_UID, "uid")
                .endMetadata()
                .build();
    }
}
