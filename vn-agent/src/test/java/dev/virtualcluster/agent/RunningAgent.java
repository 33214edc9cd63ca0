// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent;

import dev.virtualcluster.agent.kubelet.KubeletAddress;
import dev.virtualcluster.agent.testing.FakeKubelet;
import dev.virtualcluster.agent.testing.TestCa;
import dev.virtualcluster.agent.tunnel.Limits;
import dev.virtualcluster.runtime.process.Lifecycle;
import dev.virtualcluster.runtime.process.ProcessMain;
import dev.virtualcluster.runtime.testing.ApiServer;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import picocli.CommandLine.Command;

/**
 * The agent as a process within the test, under a ServiceAccount that has the agent's rights and no other, with a signer that stands for
 * the operator. The API server is shared; everything cluster-scoped carries {@link #suffix()} in its name.
 */
final class RunningAgent implements AutoCloseable {
    private static final ApiServer SERVER = ApiServer.start();

    private final String suffix = UUID.randomUUID().toString().substring(0, 6);
    private final TestCa clientCa = new TestCa("agent-clients");
    private final TestCa servingCa = new TestCa("agent-serving");
    private final TestCa kubeletCa = new TestCa("kubelets");
    private final KubernetesClient admin =
            new KubernetesClientBuilder().withConfig(SERVER.config()).build();
    private final FakeKubelet kubelet = new FakeKubelet(
            kubeletCa.issue(TestCa.Order.server("CN=node", "127.0.0.1")).tls(kubeletCa));
    private final Path folder = Files.createTempDirectory("agent-it");
    private final int port = freePort();
    private final int healthPort = freePort();
    private final CompletableFuture<Lifecycle> lifecycle = new CompletableFuture<>();
    private final Thread signer = Thread.ofVirtual().unstarted(this::sign);
    private final Thread process = Thread.ofPlatform().unstarted(this::runAgent);
    private final String token;
    private final CountDownLatch closed = new CountDownLatch(1);

    private RunningAgent() throws IOException {
        createNode();
        token = createAccount();
    }

    static RunningAgent start() throws IOException {
        RunningAgent agent = new RunningAgent();
        Files.writeString(agent.folder.resolve("token"), agent.token);
        Files.writeString(agent.folder.resolve("kubelet-ca.crt"), agent.kubeletCa.pem());
        Files.writeString(agent.clientCaFile(), agent.clientCa.pem());
        Files.writeString(agent.folder.resolve("kubeconfig"), agent.kubeconfig());
        agent.signer.start();
        agent.process.start();
        return agent;
    }

    @Command(name = "agent-it")
    private final class Service implements ProcessMain.Service {
        @Override
        public void start(Lifecycle opened) throws Exception {
            lifecycle.complete(opened);
            new Agent(config(), InstantSource.system(), System::nanoTime).start(opened);
        }
    }

    private void runAgent() {
        ProcessMain.run("vn-agent", new Service());
    }

    private AgentConfig config() {
        return new AgentConfig(
                nodeName(),
                new KubeletAddress("127.0.0.1", kubelet.port()),
                folder.resolve("kubelet-ca.crt"),
                clientCaFile(),
                folder.resolve("token"),
                folder.resolve("kubeconfig"),
                new AgentConfig.Endpoint("127.0.0.1", port),
                new AgentConfig.Endpoint("127.0.0.1", healthPort),
                Duration.ofHours(1),
                Duration.ofMillis(100),
                Limits.DEFAULT);
    }

    private void createNode() {
        admin.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(nodeName())
                        .endMetadata()
                        .build())
                .create();
        admin.nodes()
                .withName(nodeName())
                .editStatus(node -> new NodeBuilder(node)
                        .editOrNewStatus()
                        .addNewAddress("127.0.0.1", "InternalIP")
                        .addNewAddress(nodeName(), "Hostname")
                        .endStatus()
                        .build());
    }

    /** The rights of DESIGN.md, word for word. */
    private String createAccount() {
        String name = "vn-agent-" + suffix;
        admin.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        admin.resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups("")
                        .withResources("namespaces", "pods")
                        .withVerbs("get", "list", "watch")
                        .endRule()
                        .addNewRule()
                        .withApiGroups("")
                        .withResources("nodes")
                        .withVerbs("get")
                        .endRule()
                        .addNewRule()
                        .withApiGroups("")
                        .withResources("nodes/proxy")
                        .withVerbs("get", "create")
                        .endRule()
                        .addNewRule()
                        .withApiGroups("certificates.k8s.io")
                        .withResources("certificatesigningrequests")
                        .withVerbs("create", "get")
                        .endRule()
                        .build())
                .create();
        admin.resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
                        .addNewSubject("", "ServiceAccount", name, "default")
                        .build())
                .create();
        return admin.serviceAccounts()
                .inNamespace("default")
                .withName(name)
                .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
                .getStatus()
                .getToken();
    }

    /** Stands for the operator: approves and signs what agents ask for. */
    private void sign() {
        try {
            while (true) {
                for (CertificateSigningRequest request : admin.certificates()
                        .v1()
                        .certificateSigningRequests()
                        .list()
                        .getItems()) {
                    if (request.getSpec().getUsername().endsWith(":vn-agent-" + suffix)
                            && request.getStatus().getCertificate() == null) {
                        issue(request);
                    }
                }
                if (closed.await(200, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void issue(CertificateSigningRequest request) throws IOException {
        String pem = new String(Base64.getDecoder().decode(request.getSpec().getRequest()), StandardCharsets.US_ASCII);
        PKCS10CertificationRequest parsed;
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            parsed = (PKCS10CertificationRequest) parser.readObject();
        }
        TestCa.Order order = TestCa.Order.server("CN=system:vn-agent:" + nodeName(), "127.0.0.1");
        String certificate = TestCa.pem(servingCa.certify(parsed.getSubjectPublicKeyInfo(), order));
        var requests = admin.certificates().v1().certificateSigningRequests();
        String name = request.getMetadata().getName();
        requests.withName(name).approve();
        requests.withName(name)
                .editStatus(fresh -> new CertificateSigningRequestBuilder(fresh)
                        .editStatus()
                        .withCertificate(
                                Base64.getEncoder().encodeToString(certificate.getBytes(StandardCharsets.US_ASCII)))
                        .endStatus()
                        .build());
    }

    private String kubeconfig() {
        return SERVER.kubeconfig().replace(SERVER.token(), token);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String suffix() {
        return suffix;
    }

    String nodeName() {
        return "node-" + suffix;
    }

    int port() {
        return port;
    }

    int healthPort() {
        return healthPort;
    }

    String token() {
        return token;
    }

    TestCa clientCa() {
        return clientCa;
    }

    TestCa servingCa() {
        return servingCa;
    }

    Path clientCaFile() {
        return folder.resolve("client-ca.crt");
    }

    FakeKubelet kubelet() {
        return kubelet;
    }

    KubernetesClient admin() {
        return admin;
    }

    /** A client with the agent's own rights. */
    KubernetesClient asAgent() {
        return new KubernetesClientBuilder()
                .withConfig(
                        new ConfigBuilder(SERVER.config()).withOauthToken(token).build())
                .build();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        lifecycle.thenAccept(Lifecycle::stop);
        try {
            process.join(Duration.ofSeconds(30));
            signer.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kubelet.close();
        admin.close();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
