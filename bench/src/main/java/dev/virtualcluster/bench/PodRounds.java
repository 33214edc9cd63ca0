// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Creates one pod after another on a real kubelet and takes the time from the request to the moment in which a watch of
 * the same API server shows it Running. Pods are removed before the next is made.
 */
final class PodRounds implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;

    private final KubernetesClient client;
    private final String namespace;
    private final String image;
    private final Map<String, CompletableFuture<Long>> running = new ConcurrentHashMap<>();
    private final Watch watch;

    PodRounds(KubernetesClient client, String namespace, String image) {
        this.client = client;
        this.namespace = namespace;
        this.image = image;
        this.watch = client.pods().inNamespace(namespace).watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, Pod pod) {
                CompletableFuture<Long> waiter = running.get(pod.getMetadata().getName());
                if (waiter != null && "Running".equals(pod.getStatus().getPhase())) {
                    waiter.complete(System.nanoTime());
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                running.values().forEach(waiter -> waiter.completeExceptionally(cause));
            }
        });
    }

    Duration once(int number) throws Exception {
        String name = "round-" + number;
        CompletableFuture<Long> seen = new CompletableFuture<>();
        running.put(name, seen);
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(0L)
                .addNewContainer()
                .withName("main")
                .withImage(image)
                .withArgs("pause")
                .endContainer()
                .endSpec()
                .build();
        long begin = System.nanoTime();
        client.pods().inNamespace(namespace).resource(pod).create();
        try {
            return Duration.ofNanos(seen.get(LIMIT_SECONDS, TimeUnit.SECONDS) - begin);
        } finally {
            running.remove(name);
            client.pods().inNamespace(namespace).withName(name).delete();
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
