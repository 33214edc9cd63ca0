// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.util.List;
import java.util.Map;

/** etcd, API server, controller-manager and scheduler: what is started with which flags. */
final class ControlPlane {
    private final StateFolder state;
    private final Binaries binaries;
    private final ClusterPki pki;
    private final Machine machine;

    ControlPlane(StateFolder state, Binaries binaries, ClusterPki pki, Machine machine) {
        this.state = state;
        this.binaries = binaries;
        this.pki = pki;
        this.machine = machine;
    }

    Component etcd() {
        String client = "http://127.0.0.1:" + Addresses.ETCD_PORT;
        String peer = "http://127.0.0.1:" + Addresses.ETCD_PEER_PORT;
        return component(
                "etcd",
                List.of(
                        binaries.program("etcd", "etcd").toString(),
                        "--name=super",
                        "--data-dir=" + state.etcd(),
                        "--listen-client-urls=" + client,
                        "--advertise-client-urls=" + client,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=super=" + peer,
                        "--quota-backend-bytes=4294967296",
                        "--auto-compaction-mode=periodic",
                        "--auto-compaction-retention=10m",
                        // A cluster for tests: a power cut of this machine may lose it, and then it is made anew.
                        "--unsafe-no-fsync"));
    }

    Component apiServer() {
        return component(
                "apiserver",
                List.of(
                        binaries.program("kubernetes", "kube-apiserver").toString(),
                        "--etcd-servers=http://127.0.0.1:" + Addresses.ETCD_PORT,
                        "--bind-address=" + Addresses.HOST,
                        "--advertise-address=" + Addresses.HOST,
                        "--secure-port=" + Addresses.API_SERVER_PORT,
                        "--tls-cert-file=" + pki.file("apiserver.crt"),
                        "--tls-private-key-file=" + pki.file("apiserver.key"),
                        "--client-ca-file=" + pki.file("ca.crt"),
                        "--service-account-key-file=" + pki.file("service-account.pub"),
                        "--service-account-signing-key-file=" + pki.file("service-account.key"),
                        "--service-account-issuer=https://kubernetes.default.svc." + Addresses.CLUSTER_DOMAIN,
                        "--service-cluster-ip-range=" + Addresses.SERVICE_NETWORK,
                        "--authorization-mode=Node,RBAC",
                        "--enable-admission-plugins=NodeRestriction",
                        "--allow-privileged=true",
                        "--kubelet-client-certificate=" + pki.file("apiserver-kubelet-client.crt"),
                        "--kubelet-client-key=" + pki.file("apiserver-kubelet-client.key"),
                        "--kubelet-certificate-authority=" + pki.file("ca.crt"),
                        "--kubelet-preferred-address-types=InternalIP",
                        "--requestheader-client-ca-file=" + pki.file("front-proxy-ca.crt"),
                        "--requestheader-allowed-names=front-proxy-client",
                        "--requestheader-username-headers=X-Remote-User",
                        "--requestheader-group-headers=X-Remote-Group",
                        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
                        "--proxy-client-cert-file=" + pki.file("front-proxy.crt"),
                        "--proxy-client-key-file=" + pki.file("front-proxy.key"),
                        // The API server runs beside the nodes, not on one: it dials webhooks and aggregated
                        // servers by their endpoints.
                        "--enable-aggregator-routing=true"));
    }

    Component controllerManager() {
        return component(
                "controller-manager",
                List.of(
                        binaries.program("kubernetes", "kube-controller-manager")
                                .toString(),
                        "--kubeconfig=" + pki.file("controller-manager.kubeconfig"),
                        "--authentication-kubeconfig=" + pki.file("controller-manager.kubeconfig"),
                        "--authorization-kubeconfig=" + pki.file("controller-manager.kubeconfig"),
                        "--bind-address=127.0.0.1",
                        "--secure-port=" + Addresses.CONTROLLER_MANAGER_PORT,
                        "--service-account-private-key-file=" + pki.file("service-account.key"),
                        "--root-ca-file=" + pki.file("ca.crt"),
                        "--cluster-signing-cert-file=" + pki.file("ca.crt"),
                        "--cluster-signing-key-file=" + pki.file("ca.key"),
                        "--requestheader-client-ca-file=" + pki.file("front-proxy-ca.crt"),
                        "--use-service-account-credentials=true",
                        "--controllers=*,bootstrap-signer-controller,token-cleaner-controller",
                        "--leader-elect=false",
                        // The end of a namespace takes some hundred requests; by default twenty go in a second.
                        "--kube-api-qps=500",
                        "--kube-api-burst=1000",
                        "--allocate-node-cidrs=false",
                        "--enable-hostpath-provisioner=true",
                        // A lost node is noticed in seconds: the suites wait for it.
                        "--node-monitor-period=2s",
                        "--node-monitor-grace-period=16s",
                        "--concurrent-gc-syncs=10"));
    }

    Component scheduler() {
        return component(
                "scheduler",
                List.of(
                        binaries.program("kubernetes", "kube-scheduler").toString(),
                        "--kubeconfig=" + pki.file("scheduler.kubeconfig"),
                        "--authentication-kubeconfig=" + pki.file("scheduler.kubeconfig"),
                        "--authorization-kubeconfig=" + pki.file("scheduler.kubeconfig"),
                        "--bind-address=127.0.0.1",
                        "--secure-port=" + Addresses.SCHEDULER_PORT,
                        "--leader-elect=false"));
    }

    /** All of them, in the order of starting. */
    List<Component> components() {
        return List.of(etcd(), apiServer(), controllerManager(), scheduler());
    }

    private Component component(String name, List<String> command) {
        return Component.kept(name, machine, state, command, Map.of(), List.of());
    }
}
