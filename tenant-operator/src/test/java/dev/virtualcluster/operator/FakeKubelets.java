// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.queue.FairQueue;
import dev.virtualcluster.runtime.queue.QueueConfig;
import dev.virtualcluster.runtime.reconcile.ReconcileLoop;
import dev.virtualcluster.runtime.reconcile.Result;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Marks every pod ready as soon as it exists, as kubelets would do after a while; the real StatefulSet controller makes
 * the pods. Images can be declared impossible to pull.
 */
final class FakeKubelets {
    private static final QueueConfig QUEUE =
            new QueueConfig(4, Duration.ofMillis(50), Duration.ofSeconds(1), 0.2, 100, 100);

    private final ClusterConnection connection;
    private final ObjectCache<Pod> pods;
    private final Set<String> missingImages = ConcurrentHashMap.newKeySet();
    private final Set<ObjectKey> lost = ConcurrentHashMap.newKeySet();
    private final FairQueue<ObjectKey> queue;

    FakeKubelets(ClusterConnection connection) {
        this.connection = connection;
        this.pods = connection.cache(CacheSpec.all(Pod.class));
        var meters = Meters.of("kubelets");
        this.queue = new FairQueue<>("kubelets", QUEUE, meters);
        var loop = new ReconcileLoop<>("kubelets", queue, (tenant, key) -> sync(key), 2, meters);
        pods.onChange((key, before, after) -> queue.add("all", key));
        loop.start();
    }

    void imageIsMissing(String image) {
        missingImages.add(image);
    }

    void imageAppears(String image) {
        missingImages.remove(image);
        pods.list().forEach(pod -> queue.add("all", ObjectKey.of(pod)));
    }

    /** A pod is left alone, as if no node had room for it. */
    void lose(ObjectKey pod) {
        lost.add(pod);
    }

    void find(ObjectKey pod) {
        lost.remove(pod);
        queue.add("all", pod);
    }

    private Result sync(ObjectKey key) {
        if (lost.contains(key)) {
            return Result.done();
        }
        var pod = pods.get(key);
        if (pod == null || pod.getMetadata().getDeletionTimestamp() != null) {
            return Result.done();
        }
        var container = pod.getSpec().getContainers().getFirst();
        boolean missing = missingImages.contains(container.getImage());
        if (isMarked(pod, missing)) {
            return Result.done();
        }
        var status = new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(container.getImage())
                .withImageID("")
                .withReady(!missing)
                .withRestartCount(0);
        status = missing
                ? status.withNewState()
                        .withNewWaiting()
                        .withReason("ErrImagePull")
                        .withMessage("not found")
                        .endWaiting()
                        .endState()
                : status.withNewState().withNewRunning().endRunning().endState();
        connection
                .client()
                .resource(new PodBuilder(pod)
                        .editOrNewStatus()
                        .withPhase(missing ? "Pending" : "Running")
                        .withPodIP("10.244.0.9")
                        .withConditions(List.of(new PodConditionBuilder()
                                .withType("Ready")
                                .withStatus(missing ? "False" : "True")
                                .build()))
                        .withContainerStatuses(status.build())
                        .endStatus()
                        .build())
                .updateStatus();
        return Result.done();
    }

    private static boolean isMarked(Pod pod, boolean missing) {
        var statuses = pod.getStatus() == null
                ? List.<io.fabric8.kubernetes.api.model.ContainerStatus>of()
                : pod.getStatus().getContainerStatuses();
        return !statuses.isEmpty() && statuses.getFirst().getReady() == !missing;
    }
}
