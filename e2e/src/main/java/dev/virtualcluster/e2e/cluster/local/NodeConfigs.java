// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.Versions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Configuration files of a node's programs, as text. */
final class NodeConfigs {
    private NodeConfigs() {}

    static String containerd(Path root, Path run, Path socket, Path networks, Versions versions) {
        return """
                version = 3
                root = "%s"
                state = "%s"
                oom_score = 0
                [grpc]
                address = "%s"
                [plugins.'io.containerd.cri.v1.images']
                snapshotter = "overlayfs"
                [plugins.'io.containerd.cri.v1.images'.pinned_images]
                sandbox = "%s"
                [plugins.'io.containerd.cri.v1.runtime']
                # Without the capability SYS_RESOURCE (a restricted virtual machine) runc cannot lower the score.
                restrict_oom_score_adj = true
                [plugins.'io.containerd.cri.v1.runtime'.containerd]
                default_runtime_name = "runc"
                [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
                runtime_type = "io.containerd.runc.v2"
                [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
                SystemdCgroup = false
                BinaryName = "/usr/sbin/runc"
                [plugins.'io.containerd.cri.v1.runtime'.cni]
                bin_dirs = ["/usr/lib/cni"]
                conf_dir = "%s"
                """.formatted(root, run, socket, versions.image("pause"), networks);
    }

    /**
     * Point-to-point links instead of a bridge: all traffic of a pod is routed, so that a service reached from a pod on
     * the same node works without the kernel's br_netfilter. Source addresses are kept; the host hides them where
     * packets leave for other networks.
     */
    static String podNetwork(int node) {
        return """
                {"cniVersion": "1.0.0", "name": "pods", "plugins": [
                  {"type": "ptp", "ipMasq": false, "ipam": {"type": "host-local", "dataDir": "/var/lib/cni/networks",
                    "ranges": [[{"subnet": "%s"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
                  {"type": "portmap", "capabilities": {"portMappings": true}}
                ]}
                """.formatted(Addresses.podNetwork(node));
    }

    static String kubelet(Path socket, Path authority, Path certificate, Path key, String controlGroup, Path resolver) {
        return """
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                failCgroupV1: false
                failSwapOn: false
                cgroupDriver: cgroupfs
                cgroupRoot: %s
                enforceNodeAllocatable: []
                clusterDNS: [%s]
                clusterDomain: %s
                resolvConf: "%s"
                containerRuntimeEndpoint: unix://%s
                authentication: {anonymous: {enabled: false}, x509: {clientCAFile: %s}, webhook: {enabled: true}}
                authorization: {mode: Webhook}
                tlsCertFile: %s
                tlsPrivateKeyFile: %s
                maxPods: 240
                serializeImagePulls: false
                # Images cannot be fetched again: they were imported.
                imageGCHighThresholdPercent: 100
                imageGCLowThresholdPercent: 99
                evictionHard: {memory.available: 100Mi, nodefs.available: 1%%, imagefs.available: 1%%}
                # A changed ConfigMap shows in its pods, and a lost node is noticed, while a test waits.
                syncFrequency: 10s
                nodeLeaseDurationSeconds: 16
                nodeStatusReportFrequency: 1m
                shutdownGracePeriod: 0s
                # Lowering the score needs a right that restricted machines lack; retried for ever it only fills the log.
                oomScoreAdj: 0
                volumePluginDir: /var/lib/kubelet/volumeplugins
                registryPullQPS: 0
                eventRecordQPS: 0
                """.formatted(
                        controlGroup,
                        Addresses.DNS_SERVICE,
                        Addresses.CLUSTER_DOMAIN,
                        resolver,
                        socket,
                        authority,
                        certificate,
                        key);
    }

    static String proxy(Path kubeconfig, String node) {
        return """
                apiVersion: kubeproxy.config.k8s.io/v1alpha1
                kind: KubeProxyConfiguration
                mode: nftables
                clientConnection: {kubeconfig: %s}
                clusterCIDR: %s
                hostnameOverride: %s
                oomScoreAdj: 0
                conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
                nftables: {syncPeriod: 30s, minSyncPeriod: 100ms}
                """.formatted(kubeconfig, Addresses.POD_NETWORK, node);
    }

    /** The host's name servers as a pod can use them: those on loopback are the host's own. */
    static String resolver() {
        for (Path candidate : List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"))) {
            try {
                List<String> servers = !Files.exists(candidate)
                        ? List.of()
                        : Files.readAllLines(candidate).stream()
                                .filter(line -> line.startsWith("nameserver "))
                                .filter(line -> !line.contains(" 127.") && !line.contains(" ::1"))
                                .toList();
                if (!servers.isEmpty()) {
                    return String.join("\n", servers) + "\n";
                }
            } catch (IOException e) {
                throw new UncheckedIOException("reading " + candidate, e);
            }
        }
        return "";
    }
}
