// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.testing;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A real API server with an etcd of its own on loopback, ready when {@link #start} returns (a few seconds). Its users
 * authenticate as a member of {@code system:masters}. Close it, or let the end of the JVM do so. Not for use by several
 * threads but for what returns data.
 */
public final class ApiServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ApiServerOptions options;
    private final ServerFolder folder = ServerFolder.create();
    private final String token = UUID.randomUUID().toString();
    private final int port = freePort();
    private final int etcdPort = freePort();
    private @Nullable ServerProcess apiServer;

    private ApiServer(ApiServerOptions options) {
        this.options = options;
    }

    /** Starts one with the defaults. */
    public static ApiServer start() {
        return start(ApiServerOptions.defaults());
    }

    /** Starts one; fails with the end of the program's log when it does not come up. */
    public static ApiServer start(ApiServerOptions options) {
        try {
            return startOnce(options);
        } catch (ServerProcess.EndedException e) {
            // A port that was free a moment ago may be taken now; a second choice of ports meets no second thief.
            return startOnce(options);
        }
    }

    private static ApiServer startOnce(ApiServerOptions options) {
        ApiServer server = new ApiServer(options);
        try {
            server.writeFiles();
            server.startEtcd();
            server.startApiServer();
            if (options.controllerManager()) {
                server.startControllerManager();
            }
            return server;
        } catch (IOException e) {
            server.close();
            throw new UncheckedIOException("cannot write the server's files", e);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** {@code https://127.0.0.1:port}. */
    public String url() {
        return "https://127.0.0.1:" + port;
    }

    /** The bearer token of its administrator. */
    public String token() {
        return token;
    }

    /** The PEM text of the CA that vouches for its certificate. */
    public String ca() {
        try {
            return Files.readString(folder.resolve("apiserver.crt"));
        } catch (IOException e) {
            throw new UncheckedIOException("the server has no certificate yet", e);
        }
    }

    /** A new client config of its administrator; nothing in it comes from this machine's environment. */
    public Config config() {
        return new ConfigBuilder(Config.empty())
                .withAutoConfigure(false)
                .withMasterUrl(url())
                .withOauthToken(token)
                .withCaCertData(base64(ca()))
                .build();
    }

    /** A kubeconfig of its administrator with everything embedded. */
    public String kubeconfig() {
        return kubeconfig(base64(ca()));
    }

    /** The folder with its logs and files, for a test that looks closer. */
    public Path folder() {
        return folder.path();
    }

    /** Kills kube-apiserver, as a crash would; etcd lives on. */
    public void kill() {
        if (apiServer != null) {
            apiServer.kill();
            apiServer = null;
        }
    }

    /** Stops kube-apiserver in the middle of what it does; its connections stay open and say nothing. */
    public void freeze() {
        if (apiServer != null) {
            apiServer.signal("STOP");
        }
    }

    /** Lets it go on after {@link #freeze()}. */
    public void thaw() {
        if (apiServer != null) {
            apiServer.signal("CONT");
        }
    }

    /** Starts kube-apiserver again on the same port after {@link #kill()}. */
    public void restart() {
        kill();
        startApiServer();
    }

    /**
     * Writes an object behind the server's back, as an end of the server in the middle of a request may leave it.
     *
     * @param key where etcd holds it, such as {@code /registry/pods/default/web}
     * @param json the whole object, with apiVersion and kind
     */
    public void store(String key, String json) {
        String body = "{\"key\":\"%s\",\"value\":\"%s\"}".formatted(base64(key), base64(json));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + etcdPort + "/v3/kv/put"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("etcd answers " + answer.statusCode() + ": " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to etcd", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while writing to etcd", e);
        }
    }

    /** The process id of kube-apiserver, for what only a signal can do. */
    public long pid() {
        if (apiServer == null) {
            throw new IllegalStateException("the API server is not running");
        }
        return apiServer.pid();
    }

    /** Ends all its processes and deletes its files. */
    @Override
    public void close() {
        folder.remove();
    }

    private void startEtcd() {
        String client = "http://127.0.0.1:" + etcdPort;
        String peer = "http://127.0.0.1:" + freePort();
        ServerProcess.start(
                folder,
                ServerBinaries.etcd(),
                List.of(
                        "--data-dir=" + folder.resolve("etcd"),
                        "--listen-client-urls=" + client,
                        "--advertise-client-urls=" + client,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=default=" + peer,
                        // Nothing here outlives the machine: spare the disk.
                        "--unsafe-no-fsync",
                        "--watch-progress-notify-interval=5s",
                        "--log-level=warn"));
    }

    private void startApiServer() {
        List<String> flags = new ArrayList<>(List.of(
                "--bind-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + folder.path(),
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--token-auth-file=" + folder.resolve("tokens.csv"),
                "--authorization-mode=Node,RBAC",
                "--allow-privileged=true",
                "--service-cluster-ip-range=" + options.serviceCidr(),
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + folder.resolve("sa.key"),
                "--service-account-signing-key-file=" + folder.resolve("sa.key"),
                "--endpoint-reconciler-type=none",
                "--profiling=false",
                "--v=0"));
        if (!options.serviceAccountAdmission()) {
            flags.add("--disable-admission-plugins=ServiceAccount");
        }
        flags.addAll(options.flags());
        ServerProcess started = ServerProcess.start(folder, ServerBinaries.kubernetes("kube-apiserver"), flags);
        apiServer = started;
        // The key is written after the certificate: before it is there, the certificate may be half a file.
        Path key = folder.resolve("apiserver.key");
        started.await("certificate", PATIENCE, () -> Files.exists(key));
        try (ServerProbe probe = new ServerProbe(url(), token, ca().getBytes(StandardCharsets.US_ASCII))) {
            started.await("readiness", PATIENCE, () -> probe.answersOk("/readyz"));
            started.await("default namespace", PATIENCE, () -> probe.answersOk("/api/v1/namespaces/default"));
        }
    }

    private void startControllerManager() throws IOException {
        Path kubeconfig = folder.resolve("controller-manager.kubeconfig");
        Files.writeString(kubeconfig, kubeconfig());
        ServerProcess.start(
                folder,
                ServerBinaries.kubernetes("kube-controller-manager"),
                List.of(
                        "--kubeconfig=" + kubeconfig,
                        "--leader-elect=false",
                        "--secure-port=0",
                        "--use-service-account-credentials=true",
                        "--service-account-private-key-file=" + folder.resolve("sa.key"),
                        "--root-ca-file=" + folder.resolve("apiserver.crt"),
                        // Nodes of tests have no kubelet behind them: nobody shall miss their heartbeats.
                        "--controllers=*,-node-lifecycle-controller,-pod-garbage-collector-controller",
                        "--kube-api-qps=200",
                        "--kube-api-burst=400",
                        "--v=0"));
    }

    private void writeFiles() throws IOException {
        Files.writeString(folder.resolve("tokens.csv"), token + ",test-admin,test-admin,\"system:masters\"\n");
        Files.writeString(folder.resolve("sa.key"), newRsaKey());
    }

    private String kubeconfig(String caData) {
        return """
                apiVersion: v1
                kind: Config
                current-context: test
                clusters:
                - name: test
                  cluster: {server: "%s", certificate-authority-data: %s}
                users:
                - name: test
                  user: {token: %s}
                contexts:
                - name: test
                  context: {cluster: test, user: test}
                """.formatted(url(), caData, token);
    }

    private static String newRsaKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(pair.getPrivate().getEncoded())
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }
}
