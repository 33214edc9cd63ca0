// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.testing;

import dev.virtualcluster.agent.http.RefusalReason;
import dev.virtualcluster.agent.http.RefusedException;
import dev.virtualcluster.agent.ownership.NamespaceRecord;
import dev.virtualcluster.agent.ownership.PodRecord;
import dev.virtualcluster.agent.ownership.SuperCluster;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A super cluster in memory; the watched copy and the truth can be made to differ. */
public final class FakeSuperCluster implements SuperCluster {
    private final Map<String, NamespaceRecord> namespaces = new ConcurrentHashMap<>();
    private final Map<String, PodRecord> copies = new ConcurrentHashMap<>();
    private final Map<String, PodRecord> truth = new ConcurrentHashMap<>();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile boolean isDown;

    /** Puts a namespace there. */
    public void put(NamespaceRecord namespace) {
        namespaces.put(namespace.name(), namespace);
    }

    /** Puts a pod there, in the copy and in truth. */
    public void put(PodRecord pod) {
        copies.put(pod.namespace() + "/" + pod.name(), pod);
        putInTruthOnly(pod);
    }

    /** Puts a pod there that the copy does not show yet, or shows as it was. */
    public void putInTruthOnly(PodRecord pod) {
        truth.put(pod.namespace() + "/" + pod.name(), pod);
    }

    /** Removes a namespace. */
    public void removeNamespace(String name) {
        namespaces.remove(name);
    }

    /** How often a pod was read from the API server itself. */
    public int reads() {
        return reads.get();
    }

    /** The API server no longer answers, and nothing fresh is known. */
    public void goDown() {
        isDown = true;
    }

    @Override
    public Optional<NamespaceRecord> namespace(String name) {
        requireUp();
        return Optional.ofNullable(namespaces.get(name));
    }

    @Override
    public Optional<PodRecord> pod(String namespace, String name) {
        requireUp();
        return Optional.ofNullable(copies.get(namespace + "/" + name));
    }

    @Override
    public Optional<PodRecord> readPod(String namespace, String name) {
        requireUp();
        reads.incrementAndGet();
        return Optional.ofNullable(truth.get(namespace + "/" + name));
    }

    private void requireUp() {
        if (isDown) {
            throw new RefusedException(RefusalReason.UNAVAILABLE, "the super cluster cannot be asked");
        }
    }
}
