// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

/** The fixed names and addresses of the local cluster; there is one such cluster on a machine. */
final class Addresses {
    static final String BRIDGE = "vcnode0";
    static final String NODE_NETWORK = "172.30.0.0/24";
    /** This machine on the bridge: API server, and the nodes' way out. */
    static final String HOST = "172.30.0.1";

    static final String POD_NETWORK = "10.244.0.0/16";
    static final String SERVICE_NETWORK = "10.96.0.0/16";
    /** Where tenants' service addresses come from; the host reaches them as it reaches the others. */
    static final String TENANT_SERVICE_NETWORK = "10.97.0.0/16";

    static final String KUBERNETES_SERVICE = "10.96.0.1";
    static final String DNS_SERVICE = "10.96.0.10";
    static final String CLUSTER_DOMAIN = "cluster.local";
    static final int API_SERVER_PORT = 6443;
    /** etcd, controller-manager and scheduler listen on loopback, away from the ports of a Kubernetes that runs here. */
    static final int ETCD_PORT = 12379;

    static final int ETCD_PEER_PORT = 12380;
    static final int CONTROLLER_MANAGER_PORT = 12257;
    static final int SCHEDULER_PORT = 12259;
    static final String NFT_TABLE = "virtualcluster-local";
    static final String CONTROL_GROUP = "virtualcluster-local";
    static final int MAX_NODES = 3;

    private Addresses() {}

    static String apiServerUrl() {
        return "https://" + HOST + ":" + API_SERVER_PORT;
    }

    static String node(int number) {
        return "172.30.0." + (10 + number);
    }

    static String podNetwork(int number) {
        return "10.244." + number + ".0/24";
    }

    /** The host's end of a node's cable. */
    static String cable(int number) {
        return "vcnode0-" + number;
    }
}
