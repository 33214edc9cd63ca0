// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

import java.util.List;

/** One way to have a super cluster. Methods block; two calls at a time on one machine are kept apart by a lock. */
public interface ClusterProvider {
    /**
     * Fetches and makes what a cluster needs from outside this machine (packages, programs, images), and starts nothing:
     * afterwards one can be brought up without a network.
     */
    default void prepare(ClusterSettings settings, Progress progress) {}

    /** Brings the cluster up, or finds it up; returns when it is usable. */
    SuperCluster up(ClusterSettings settings, Progress progress);

    /** The running cluster; fails with a sentence when there is none. */
    SuperCluster attach(ClusterSettings settings, Progress progress);

    /** Takes the cluster down with everything it made; nothing happens where there is none. */
    void down(ClusterSettings settings, Progress progress);

    /** What runs where, as lines for a person. */
    String status(ClusterSettings settings);

    /** Files with the logs of a component ({@code apiserver}, {@code node1/kubelet}), or of all. */
    List<java.nio.file.Path> logs(ClusterSettings settings, String component);
}
