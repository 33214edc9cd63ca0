// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * The cluster's secrets: one authority for servers and clients, another for the front proxy, the service-account key,
 * and a kubeconfig per user. Made once per cluster, all or nothing.
 */
final class ClusterPki {
    private final StateFolder state;
    private final InstantSource clock;

    ClusterPki(StateFolder state, InstantSource clock) {
        this.state = state;
        this.clock = clock;
    }

    Path file(String name) {
        return state.pki().resolve(name);
    }

    void ensure() {
        if (Files.isDirectory(state.pki())) {
            return;
        }
        try {
            Path fresh = state.root().resolve("pki.new");
            Directories.delete(fresh);
            Files.createDirectories(
                    fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            make(fresh);
            Files.move(fresh, state.pki(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("writing the cluster's certificates", e);
        }
    }

    private void make(Path folder) throws IOException {
        Instant now = clock.instant();
        CertificateAuthority authority = CertificateAuthority.create("virtualcluster-local", now);
        CertificateAuthority frontProxy = CertificateAuthority.create("virtualcluster-local-front-proxy", now);
        write(folder, "ca", authority.itself());
        write(folder, "front-proxy-ca", frontProxy.itself());
        write(folder, "front-proxy", frontProxy.issue("front-proxy-client", null, List.of(), List.of()));
        write(
                folder,
                "apiserver",
                authority.issue(
                        "kube-apiserver",
                        null,
                        List.of(Addresses.HOST, "127.0.0.1", Addresses.KUBERNETES_SERVICE),
                        List.of(
                                "localhost",
                                "kubernetes",
                                "kubernetes.default",
                                "kubernetes.default.svc",
                                "kubernetes.default.svc." + Addresses.CLUSTER_DOMAIN)));
        write(
                folder,
                "apiserver-kubelet-client",
                authority.issue("kube-apiserver-kubelet-client", "system:masters", List.of(), List.of()));
        user(folder, authority, "admin", "kubernetes-admin", "system:masters");
        user(folder, authority, "controller-manager", "system:kube-controller-manager", null);
        user(folder, authority, "scheduler", "system:kube-scheduler", null);
        user(folder, authority, "proxy", "system:kube-proxy", null);
        for (int node = 1; node <= Addresses.MAX_NODES; node++) {
            String name = "node" + node;
            user(folder, authority, name, "system:node:" + name, "system:nodes");
            write(
                    folder,
                    name + "-serving",
                    authority.issue(
                            "system:node:" + name, "system:nodes", List.of(Addresses.node(node)), List.of(name)));
        }
        try {
            KeyPair keys = CertificateAuthority.newKeys();
            secret(
                    folder.resolve("service-account.key"),
                    CertificateAuthority.pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
            secret(
                    folder.resolve("service-account.pub"),
                    CertificateAuthority.pem("PUBLIC KEY", keys.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new ClusterException("The service-account key could not be made.", e);
        }
    }

    private static void user(
            Path folder,
            CertificateAuthority authority,
            String file,
            String user,
            @org.jspecify.annotations.Nullable String group)
            throws IOException {
        CertificateAuthority.Issued issued = authority.issue(user, group, List.of(), List.of());
        write(folder, file, issued);
        secret(
                folder.resolve(file + ".kubeconfig"),
                Kubeconfig.of(
                        Addresses.apiServerUrl(),
                        authority.itself().certificate(),
                        user,
                        issued.certificate(),
                        issued.privateKey()));
    }

    private static void write(Path folder, String name, CertificateAuthority.Issued issued) throws IOException {
        secret(folder.resolve(name + ".crt"), issued.certificate());
        secret(folder.resolve(name + ".key"), issued.privateKey());
    }

    private static void secret(Path file, String content) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content);
    }
}
