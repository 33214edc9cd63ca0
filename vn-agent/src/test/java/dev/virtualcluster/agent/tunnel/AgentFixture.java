// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import dev.virtualcluster.agent.kubelet.BearerToken;
import dev.virtualcluster.agent.kubelet.KubeletAddress;
import dev.virtualcluster.agent.kubelet.KubeletConnector;
import dev.virtualcluster.agent.ownership.NamespaceRecord;
import dev.virtualcluster.agent.ownership.Ownership;
import dev.virtualcluster.agent.ownership.PodRecord;
import dev.virtualcluster.agent.testing.FakeKubelet;
import dev.virtualcluster.agent.testing.FakeSuperCluster;
import dev.virtualcluster.agent.testing.RawClient;
import dev.virtualcluster.agent.testing.TestCa;
import dev.virtualcluster.apis.Keys;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An agent with everything around it: two tenants, whose pod of the same name runs on this node, a kubelet that plays scripts, and
 * certificates. Tenant A's container is {@code app}, beside an injected {@code sidecar}.
 */
final class AgentFixture implements AutoCloseable {
    static final String NODE = "node-1";
    static final String KEY_A = "default-aaaaaa-demo";
    static final String KEY_B = "default-bbbbbb-demo";
    static final String UID_A = "0a0a0a0a-0000-4000-8000-00000000000a";
    static final String UID_B = "0b0b0b0b-0000-4000-8000-00000000000b";
    static final String TENANT_POD_UID = "11111111-0000-4000-8000-000000000001";
    static final String SUPER_POD_UID = "22222222-0000-4000-8000-000000000002";
    static final String TOKEN = "agent-token";
    static final String LOGS = "/containerLogs/shop/web-0/app";
    static final String EXEC = "/exec/shop/web-0/app?command=ls&input=1&output=1&tty=0";

    final TestCa clientCa = new TestCa("agent-clients");
    final TestCa servingCa = new TestCa("agent-serving");
    final TestCa kubeletCa = new TestCa("kubelets");
    final FakeSuperCluster superCluster = new FakeSuperCluster();
    final FakeKubelet kubelet;
    final AgentServer server;
    final List<CallRecord> ended = new CopyOnWriteArrayList<>();
    final List<String> strangers = new CopyOnWriteArrayList<>();
    final List<String> turnedAway = new CopyOnWriteArrayList<>();
    final int port;
    private final Vertx vertx = Vertx.vertx();
    private final KubeletConnector connector;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Path token;

    AgentFixture() throws Exception {
        this(Limits.DEFAULT);
    }

    AgentFixture(Limits limits) throws Exception {
        kubelet = new FakeKubelet(
                kubeletCa.issue(TestCa.Order.server("CN=node-1", "127.0.0.1")).tls(kubeletCa));
        token = Files.createTempFile("agent", ".token");
        Files.writeString(token, TOKEN + "\n");
        connector = new KubeletConnector(
                vertx,
                new KubeletAddress("127.0.0.1", kubelet.port()),
                kubeletCa.pem().getBytes(StandardCharsets.US_ASCII));
        putTenant(KEY_A, UID_A);
        putTenant(KEY_B, UID_B);
        superCluster.put(podOfA(TENANT_POD_UID, SUPER_POD_UID));
        Collaborators with = new Collaborators(
                vertx,
                new Ownership(superCluster, NODE),
                connector,
                new BearerToken(token, System::nanoTime),
                limits,
                new Streams(limits, System::nanoTime),
                new Journal(),
                InstantSource.system(),
                System::nanoTime);
        TestCa.Identity serving = servingCa.issue(TestCa.Order.server("CN=system:vn-agent:node-1", "127.0.0.1"));
        server = new AgentServer(with, threads);
        server.use(ServerTls.options(serving.certificatePem(), serving.keyPem(), clientCa.pem(), limits.headTimeout()));
        port = server.listen("127.0.0.1", 0);
    }

    private final class Journal implements CallLog {
        @Override
        public void ended(CallRecord record, long nanos) {
            ended.add(record);
        }

        @Override
        public void stranger(String remote, Throwable why) {
            strangers.add(String.valueOf(why.getMessage()));
        }

        @Override
        public void turnedAway(String remote) {
            turnedAway.add(remote);
        }
    }

    static String superNamespace() {
        return KEY_A + "-shop";
    }

    static PodRecord podOfA(String tenantUid, String superUid) {
        return new PodRecord(
                superNamespace(),
                "web-0",
                superUid,
                NODE,
                Map.of(
                        Keys.CLUSTER, KEY_A,
                        Keys.TENANT_NAMESPACE, "shop",
                        Keys.TENANT_NAME, "web-0",
                        Keys.TENANT_UID, tenantUid,
                        Keys.CONTAINERS, "app,init"),
                Set.of("app", "init", "sidecar"));
    }

    void putTenant(String key, String uid) {
        superCluster.put(new NamespaceRecord(
                key, Map.of(Keys.CLUSTER, key, Keys.VC_UID, uid, Keys.VC_ROOT_NAMESPACE, "true"), false));
        superCluster.put(new NamespaceRecord(
                key + "-shop", Map.of(Keys.CLUSTER, key, Keys.VC_UID, uid, Keys.TENANT_NAMESPACE, "shop"), false));
    }

    static TestCa.Order tenantOrder(String key, String uid) {
        return TestCa.Order.client("O=" + Keys.AGENT_CLIENT_ORGANIZATION + ",CN=" + key, "urn:virtualcluster:" + uid);
    }

    RawClient tenantA() throws IOException {
        return client(clientCa, tenantOrder(KEY_A, UID_A));
    }

    RawClient tenantB() throws IOException {
        return client(clientCa, tenantOrder(KEY_B, UID_B));
    }

    RawClient client(TestCa issuer, TestCa.Order order) throws IOException {
        return new RawClient(issuer.issue(order).tls(servingCa), port);
    }

    /** The whole answer to one request of tenant A. */
    String ask(String request) throws IOException {
        try (RawClient client = tenantA()) {
            return client.send(request).readAll();
        }
    }

    /** The head of a request without an upgrade. */
    static String get(String target, String... headers) {
        return request("GET " + target, headers);
    }

    /** The head of a request that asks for an upgrade. */
    static String upgrade(String method, String target, String protocol) {
        return request(
                method + " " + target,
                "Connection: Upgrade",
                "Upgrade: " + protocol,
                "X-Stream-Protocol-Version: v4.channel.k8s.io");
    }

    private static String request(String start, String... headers) {
        StringBuilder request = new StringBuilder(start + " HTTP/1.1\r\nHost: 10.0.0.1:10550\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
        connector.close();
        kubelet.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        threads.shutdownNow();
        Files.deleteIfExists(token);
    }
}
