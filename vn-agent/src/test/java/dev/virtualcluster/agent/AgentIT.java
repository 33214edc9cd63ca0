// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.agent.testing.FakeKubelet;
import dev.virtualcluster.agent.testing.RawClient;
import dev.virtualcluster.agent.testing.TestCa;
import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole agent against a real API server, with exactly the rights that DESIGN.md lists. */
@Timeout(180)
class AgentIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LOGS = "GET /containerLogs/shop/web-0/app HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String EXEC = """
            POST /exec/shop/web-0/app?command=ls HTTP/1.1
            Host: x
            Connection: Upgrade
            Upgrade: SPDY/3.1
            Content-Length: 0

            """.replace("\n", "\r\n");

    private RunningAgent agent;
    private String key;
    private String uid;

    @BeforeEach
    void start() throws Exception {
        agent = RunningAgent.start();
        key = "default-" + agent.suffix() + "-demo";
        uid = "uid-of-" + agent.suffix();
        create(key, Map.of(Keys.CLUSTER, key, Keys.VC_UID, uid, Keys.VC_ROOT_NAMESPACE, "true"));
        create(key + "-shop", Map.of(Keys.CLUSTER, key, Keys.VC_UID, uid, Keys.TENANT_NAMESPACE, "shop"));
        createPod("web-0", agent.nodeName());
        agent.kubelet().plays((in, out) -> FakeKubelet.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(health("/readyz")).isEqualTo(200));
    }

    @AfterEach
    void stop() throws Exception {
        agent.close();
        assertThat(agent.clientCaFile().resolveSibling("."))
                .as("the agent's files")
                .doesNotExist();
    }

    @Test
    void isAliveBeforeItIsReadyAndServesOnceItsCertificateIsSigned() throws Exception {
        assertThat(health("/livez")).isEqualTo(200);
        assertThat(get("/readyz?verbose").body()).contains("[+]kubelet-certificate ok");
        assertThat(ask(LOGS)).startsWith("HTTP/1.1 200 OK").endsWith("hi");
        assertThat(agent.kubelet().heads().getFirst())
                .startsWith("GET /containerLogs/" + key + "-shop/web-0/app HTTP/1.1")
                .contains("Authorization: Bearer " + agent.token());
        assertThat(metrics())
                .contains("vc_agent_calls_total{endpoint=\"containerLogs\"} 1.0")
                .contains("vc_agent_strangers_total 0.0")
                .contains("vc_agent_serving_certificate_remaining_seconds");
    }

    @Test
    void findsAPodThatWasJustMade() throws Exception {
        createPod("fresh", agent.nodeName());
        assertThat(ask(LOGS.replace("web-0", "fresh"))).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void knowsNoPodOfAnotherNode() throws Exception {
        createPod("elsewhere", "another-node");
        assertThat(ask(LOGS.replace("web-0", "elsewhere"))).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void judgesAReplacedPodByItsNewUid() throws Exception {
        Pod first = agent.admin()
                .pods()
                .inNamespace(key + "-shop")
                .withName("web-0")
                .get();
        agent.admin().resource(first).withGracePeriod(0).delete();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(agent.admin()
                                .pods()
                                .inNamespace(key + "-shop")
                                .withName("web-0")
                                .get())
                        .isNull());
        Pod second = createPod("web-0", agent.nodeName());
        agent.kubelet().plays((in, out) -> FakeKubelet.write(out, "HTTP/1.1 404 Not Found\r\n\r\n"));
        assertThat(ask(EXEC)).startsWith("HTTP/1.1 404 ");
        assertThat(agent.kubelet().heads().getFirst())
                .contains("/web-0/" + second.getMetadata().getUid() + "/app?")
                .doesNotContain(first.getMetadata().getUid());
    }

    @Test
    void cutsTheStreamsOfATenantThatIsDeleted() throws Exception {
        agent.kubelet().plays((in, out) -> {
            FakeKubelet.write(
                    out, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n");
            in.transferTo(out);
        });
        try (RawClient client = tenant()) {
            client.send(EXEC).readHead();
            client.send("x");
            assertThat(client.read(1)).asString().isEqualTo("x");
            agent.admin().namespaces().withName(key).delete();
            assertThat(client.in().read()).isEqualTo(-1);
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ask(LOGS)).startsWith("HTTP/1.1 403 "));
    }

    @Test
    void takesANewClientAuthorityWithoutDroppingStreams() throws Exception {
        agent.kubelet().plays((in, out) -> {
            FakeKubelet.write(
                    out, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n");
            in.transferTo(out);
        });
        try (RawClient old = tenant()) {
            old.send(EXEC).readHead();
            TestCa next = new TestCa("next");
            Files.writeString(agent.clientCaFile(), next.pem());
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(ask(next, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
                            .startsWith("HTTP/1.1 200 "));
            assertThatThrownBy(() -> ask(agent.clientCa(), LOGS)).isInstanceOf(IOException.class);
            old.send("still here");
            assertThat(old.read(10)).asString().isEqualTo("still here");
        }
    }

    @Test
    void hasNoRightsBeyondItsTask() {
        assertThatThrownBy(() -> agent.asAgent().secrets().inAnyNamespace().list())
                .isInstanceOf(KubernetesClientException.class);
        assertThatThrownBy(() -> agent.asAgent().configMaps().inAnyNamespace().list())
                .isInstanceOf(KubernetesClientException.class);
        assertThatThrownBy(() -> agent.asAgent().nodes().list()).isInstanceOf(KubernetesClientException.class);
        assertThatThrownBy(() -> agent.asAgent().namespaces().withName(key).delete())
                .isInstanceOf(KubernetesClientException.class);
    }

    private String ask(String request) throws IOException {
        return ask(agent.clientCa(), request);
    }

    private String ask(TestCa issuer, String request) throws IOException {
        try (RawClient client = client(issuer)) {
            return client.send(request).readAll();
        }
    }

    private RawClient tenant() throws IOException {
        return client(agent.clientCa());
    }

    private RawClient client(TestCa issuer) throws IOException {
        Instant now = Instant.now();
        TestCa.Order order = TestCa.Order.client(
                        "O=" + Keys.AGENT_CLIENT_ORGANIZATION + ",CN=" + key, "urn:virtualcluster:" + uid)
                .purpose(KeyPurposeId.id_kp_clientAuth)
                .valid(now.minusSeconds(60), now.plusSeconds(600));
        return new RawClient(issuer.issue(order).tls(agent.servingCa()), agent.port());
    }

    private Namespace create(String name, Map<String, String> annotations) {
        return agent.admin()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels(Keys.CONTROLLED, Keys.TRUE)
                        .withAnnotations(annotations)
                        .endMetadata()
                        .build())
                .create();
    }

    private Pod createPod(String name, String node) {
        return agent.admin()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(key + "-shop")
                        .withName(name)
                        .addToLabels(Keys.CONTROLLED, Keys.TRUE)
                        .addToAnnotations(Keys.CLUSTER, key)
                        .addToAnnotations(Keys.TENANT_NAMESPACE, "shop")
                        .addToAnnotations(Keys.TENANT_NAME, name)
                        .addToAnnotations(Keys.TENANT_UID, "tenant-uid-of-" + name)
                        .addToAnnotations(Keys.CONTAINERS, "app")
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(node)
                        .addNewContainer()
                        .withName("app")
                        .withImage("app")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private int health(String path) throws IOException, InterruptedException {
        return get(path).statusCode();
    }

    private String metrics() throws IOException, InterruptedException {
        return get("/metrics").body();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + agent.healthPort() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
