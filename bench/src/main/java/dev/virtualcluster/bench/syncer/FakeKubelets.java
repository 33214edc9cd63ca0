// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.bench.syncer;

import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.requests.Requests;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Nodes without machines: pods bound to them are Running at once, pods being deleted are gone at once. */
final class FakeKubelets implements AutoCloseable {
    private final ClusterConnection superCluster;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger addresses = new AtomicInteger();
    private final ObjectCache<Pod> pods;

    FakeKubelets(ClusterConnection superCluster, int nodes) {
        this.superCluster = superCluster;
        for (int i = 0; i < nodes; i++) {
            node("fake-" + i);
        }
        pods = superCluster.cache(CacheSpec.all(Pod.class));
        pods.onChange((key, before, after) -> {
            if (after != null && after.getSpec().getNodeName() != null) {
                workers.execute(() -> serve(key, after));
            }
        });
    }

    private void node(String name) {
        var capacity = java.util.Map.of(
                "cpu", new Quantity("1000"), "memory", new Quantity("1Ti"), "pods", new Quantity("10000"));
        superCluster
                .client()
                .resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("kubernetes.io/hostname", name)
                        .endMetadata()
                        .withNewStatus()
                        .withCapacity(capacity)
                        .withAllocatable(capacity)
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .withReason("Fake")
                        .withLastHeartbeatTime("2026-01-01T00:00:00Z")
                        .withLastTransitionTime("2026-01-01T00:00:00Z")
                        .endCondition()
                        .addNewAddress("192.0.2.1", "InternalIP")
                        .endStatus()
                        .build())
                .create();
    }

    private void serve(ObjectKey key, Pod pod) {
        try {
            if (pod.getMetadata().getDeletionTimestamp() != null) {
                superCluster
                        .client()
                        .pods()
                        .inNamespace(key.namespace())
                        .withName(key.name())
                        .withGracePeriod(0)
                        .delete();
            } else if (!"Running".equals(pod.getStatus().getPhase())) {
                int address = addresses.incrementAndGet();
                Requests.patch(
                        superCluster.client(), Pod.class, key, "status", Requests.MERGE_PATCH, running(pod, address));
            }
        } catch (KubernetesClientException e) {
            // Deleted meanwhile.
        }
    }

    private static String running(Pod pod, int address) {
        String now = Instant.now().toString();
        String ip = "10.200." + (address >> 8 & 0xff) + "." + (address & 0xff);
        return """
                {"status":{"phase":"Running","podIP":"%2$s","podIPs":[{"ip":"%2$s"}],"hostIP":"192.0.2.1",
                "startTime":"%1$s","conditions":[
                {"type":"PodScheduled","status":"True","lastTransitionTime":"%1$s"},
                {"type":"Initialized","status":"True","lastTransitionTime":"%1$s"},
                {"type":"ContainersReady","status":"True","lastTransitionTime":"%1$s"},
                {"type":"Ready","status":"True","lastTransitionTime":"%1$s"}],
                "containerStatuses":[{"name":"%3$s","image":"fake","imageID":"fake","ready":true,"restartCount":0,
                "started":true,"containerID":"fake://1","state":{"running":{"startedAt":"%1$s"}}}]}}
                """.formatted(now, ip, pod.getSpec().getContainers().getFirst().getName());
    }

    @Override
    public void close() {
        pods.close();
        workers.shutdownNow();
    }
}
