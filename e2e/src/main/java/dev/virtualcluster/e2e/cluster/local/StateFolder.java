// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.nio.file.Path;

/**
 * Where the local cluster keeps everything it writes. Fixed for the machine, because addresses and bridge are; every
 * process of the cluster has this path in its environment, which is how leftovers are recognised.
 */
record StateFolder(Path root) {
    static final StateFolder STANDARD = new StateFolder(Path.of("/var/lib/virtualcluster-local"));

    Path owner() {
        return root.resolve("owner.properties");
    }

    Path pki() {
        return root.resolve("pki");
    }

    Path etcd() {
        return root.resolve("etcd");
    }

    Path logs() {
        return root.resolve("logs");
    }

    Path log(String component) {
        return logs().resolve(component.replace('/', '-') + ".log");
    }

    Path configs() {
        return root.resolve("config");
    }

    /** Which process is which: one record per component. */
    Path processes() {
        return root.resolve("processes");
    }

    /** Data of hostPath-provisioned volumes, shared by all machines of the cluster. */
    Path volumes() {
        return root.resolve("volumes");
    }

    Path machine(String name) {
        return root.resolve("machines").resolve(name);
    }

    Path containerdSocket(String node) {
        return machine(node).resolve("containerd.sock");
    }

    Path kubeconfig(String user) {
        return pki().resolve(user + ".kubeconfig");
    }
}
