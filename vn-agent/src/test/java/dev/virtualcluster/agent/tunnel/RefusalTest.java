// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.agent.ownership.NamespaceRecord;
import dev.virtualcluster.agent.ownership.PodRecord;
import dev.virtualcluster.agent.testing.FakeKubelet;
import dev.virtualcluster.agent.testing.RawClient;
import dev.virtualcluster.agent.testing.TestCa;
import dev.virtualcluster.apis.Keys;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the agent must refuse, byte by byte, and that nothing of it reaches the kubelet. */
@Timeout(60)
class RefusalTest {
    private AgentFixture agent;

    @BeforeEach
    void start() throws Exception {
        agent = new AgentFixture();
    }

    @AfterEach
    void stop() throws Exception {
        agent.close();
    }

    private void refuses(String request, int status, String text) throws IOException {
        assertThat(agent.ask(request))
                .as(request)
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("Connection: close")
                .contains(text);
        assertThat(agent.kubelet.heads()).as("what reached the kubelet").isEmpty();
    }

    @Nested
    class Certificates {
        @Test
        void letsAKnownTenantIn() throws Exception {
            assertThat(agent.ask(AgentFixture.get("/healthz")))
                    .startsWith("HTTP/1.1 200 OK")
                    .endsWith("ok\n");
            assertThat(agent.ask(AgentFixture.get(AgentFixture.LOGS))).startsWith("HTTP/1.1 200 OK");
        }

        @Test
        void demandsACertificate() {
            TestCa.Identity stranger = new TestCa("nobody").issue(TestCa.Order.client("CN=x", "urn:x:y"));
            assertNoWayIn(stranger);
        }

        @Test
        void refusesTheRightNamesFromAnotherAuthority() {
            assertNoWayIn(new TestCa("agent-clients")
                    .issue(AgentFixture.tenantOrder(AgentFixture.KEY_A, AgentFixture.UID_A)));
        }

        @Test
        void refusesAnExpiredCertificate() {
            Instant now = Instant.now();
            assertNoWayIn(agent.clientCa.issue(AgentFixture.tenantOrder(AgentFixture.KEY_A, AgentFixture.UID_A)
                    .valid(now.minus(Duration.ofHours(2)), now.minus(Duration.ofHours(1)))));
        }

        @Test
        void refusesACertificateThatIsNotValidYet() {
            Instant now = Instant.now();
            assertNoWayIn(agent.clientCa.issue(AgentFixture.tenantOrder(AgentFixture.KEY_A, AgentFixture.UID_A)
                    .valid(now.plus(Duration.ofHours(1)), now.plus(Duration.ofHours(2)))));
        }

        @Test
        void refusesAServersCertificate() {
            assertNoWayIn(agent.clientCa.issue(AgentFixture.tenantOrder(AgentFixture.KEY_A, AgentFixture.UID_A)
                    .purpose(KeyPurposeId.id_kp_serverAuth)));
        }

        @Test
        void refusesACommonNameThatIsNotTheUrisTenant() throws Exception {
            refusesIdentity(AgentFixture.tenantOrder(AgentFixture.KEY_A, AgentFixture.UID_B));
            refusesIdentity(AgentFixture.tenantOrder(AgentFixture.KEY_B, AgentFixture.UID_A));
        }

        @Test
        void neverUsesTheCommonNameAlone() throws Exception {
            refusesIdentity(TestCa.Order.client("O=" + Keys.AGENT_CLIENT_ORGANIZATION + ",CN=" + AgentFixture.KEY_A));
        }

        @Test
        void refusesAnotherOrganisation() throws Exception {
            refusesIdentity(TestCa.Order.client(
                    "O=system:masters,CN=" + AgentFixture.KEY_A, "urn:virtualcluster:" + AgentFixture.UID_A));
        }

        @Test
        void refusesTwoOfAnything() throws Exception {
            String organisation = "O=" + Keys.AGENT_CLIENT_ORGANIZATION;
            String uri = "urn:virtualcluster:" + AgentFixture.UID_A;
            refusesIdentity(
                    TestCa.Order.client(organisation + ",CN=" + AgentFixture.KEY_A + ",CN=" + AgentFixture.KEY_B, uri));
            refusesIdentity(TestCa.Order.client(
                    organisation + ",CN=" + AgentFixture.KEY_A, uri, "urn:virtualcluster:" + AgentFixture.UID_B));
            refusesIdentity(
                    TestCa.Order.client(organisation + ",CN=" + AgentFixture.KEY_A + "+CN=" + AgentFixture.KEY_B, uri));
        }

        @Test
        void refusesATenantThatWasDeleted() throws Exception {
            agent.superCluster.removeNamespace(AgentFixture.KEY_A);
            refuses(AgentFixture.get(AgentFixture.LOGS), 403, "does not exist");
        }

        @Test
        void refusesATenantThatIsBeingDeleted() throws Exception {
            agent.superCluster.put(new NamespaceRecord(
                    AgentFixture.KEY_A,
                    Map.of(
                            Keys.CLUSTER, AgentFixture.KEY_A,
                            Keys.VC_UID, AgentFixture.UID_A,
                            Keys.VC_ROOT_NAMESPACE, "true"),
                    true));
            refuses(AgentFixture.get("/healthz"), 403, "being deleted");
        }

        @Test
        void refusesANamespaceThatIsNoRoot() throws Exception {
            agent.superCluster.put(new NamespaceRecord(
                    AgentFixture.KEY_A,
                    Map.of(Keys.CLUSTER, AgentFixture.KEY_A, Keys.VC_UID, AgentFixture.UID_A),
                    false));
            refuses(AgentFixture.get("/healthz"), 403, "another virtual cluster");
        }

        @Test
        void lookedAtAgainWhenATlsSessionIsResumed() throws Exception {
            var tls = agent.clientCa
                    .issue(AgentFixture.tenantOrder(AgentFixture.KEY_A, AgentFixture.UID_A))
                    .tls(agent.servingCa);
            try (RawClient first = new RawClient(tls, agent.port)) {
                assertThat(first.send(AgentFixture.get("/healthz")).readAll()).startsWith("HTTP/1.1 200");
            }
            agent.superCluster.removeNamespace(AgentFixture.KEY_A);
            try (RawClient second = new RawClient(tls, agent.port)) {
                assertThat(second.send(AgentFixture.get("/healthz")).readAll()).startsWith("HTTP/1.1 403");
            }
        }

        private void refusesIdentity(TestCa.Order order) throws IOException {
            try (RawClient client = agent.client(agent.clientCa, order)) {
                assertThat(client.send(AgentFixture.get(AgentFixture.LOGS)).readAll())
                        .as(order.subject())
                        .startsWith("HTTP/1.1 403 ");
            }
            assertThat(agent.kubelet.heads()).isEmpty();
        }

        private void assertNoWayIn(TestCa.Identity stranger) {
            assertThatThrownBy(() -> {
                        try (RawClient client = new RawClient(stranger.tls(agent.servingCa), agent.port)) {
                            client.send(AgentFixture.get(AgentFixture.LOGS)).readHead();
                        }
                    })
                    .isInstanceOf(IOException.class);
            await().untilAsserted(() -> assertThat(agent.strangers).isNotEmpty());
            assertThat(agent.kubelet.heads()).isEmpty();
        }
    }

    @Nested
    class Paths {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/",
                    "/pods",
                    "/runningpods/",
                    "/logs/",
                    "/logs/syslog",
                    "/stats/summary",
                    "/metrics",
                    "/metrics/cadvisor",
                    "/configz",
                    "/debug/pprof/profile",
                    "/debug/flags/v",
                    "/checkpoint/shop/web-0/app",
                    "/run/shop/web-0/app",
                    "/cri/exec/abc",
                    "/containerLogs",
                    "/containerLogs/shop/web-0",
                    "/containerLogs/shop/web-0/1111/app",
                    "/healthz/ping",
                    "/healthz/",
                    "/exec/shop/web-0",
                    "/containerlogs/shop/web-0/app",
                    "/EXEC/shop/web-0/app",
                    "/api/v1/pods",
                    "/containerLogs/shop/web-0/app/",
                    "/containerLogs//web-0/app",
                    "//containerLogs/shop/web-0/app",
                    "/containerLogs/shop/../shop/web-0/app",
                    "/containerLogs/../pods",
                    "/containerLogs/./shop/web-0",
                    "/containerLogs/shop/web-0/app%2f",
                    "/containerLogs/shop%2fweb-0/app/x",
                    "/containerLogs/shop/%2e%2e/app",
                    "/containerLogs/shop/web-0/app%00",
                    "/containerLogs/shop/web%252d0/app",
                    "/containerLogs/shop/web-%30/app",
                    "/containerLogs/shop/web-0;x/app",
                    "/containerLogs/shop/web_0/app",
                    "/containerLogs/SHOP/web-0/app",
                    "/containerLogs/shop/web-0/app\\..",
                    "/healthz%3f",
                    "/containerLogs/-shop/web-0/app",
                    "/containerLogs/shop./web-0/app"
                })
        void refusesWhatIsNotOnTheList(String path) throws Exception {
            refuses(AgentFixture.get(path), 403, "");
        }

        @ParameterizedTest
        @ValueSource(strings = {"http://10.0.0.1/pods", "*", "10.0.0.1:10250", "\\healthz", "/healthz#x", "/heal\tthz"})
        void refusesTargetsThatAreNoPath(String target) throws Exception {
            refuses(AgentFixture.get(target), 400, "");
        }

        @ParameterizedTest
        @ValueSource(strings = {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "PRI"})
        void refusesOtherMethods(String method) throws Exception {
            refuses(method + " " + AgentFixture.LOGS + " HTTP/1.1\r\nHost: x\r\n\r\n", 405, "");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "container=app",
                    "follow=true&follow=false",
                    "tailLines=-1",
                    "tailLines=99999999999999999999",
                    "follow",
                    "=true",
                    "follow=yes",
                    "sinceTime=%zz",
                    "sinceTime=%2",
                    "sinceTime=2026%00",
                    "stream=Both",
                    "follow=true;tailLines=1",
                    "%66ollow=true",
                    "follow=true&",
                    "command=ls",
                    "insecureSkipTLSVerifyBackend=1",
                    "query=kubelet",
                    "limitBytes=1e3",
                    "limitBytes="
                })
        void refusesQueriesThatLogsDoNotHave(String query) throws Exception {
            refuses(AgentFixture.get(AgentFixture.LOGS + "?" + query), 400, "query");
        }

        @Test
        void refusesTooManyParameters() throws Exception {
            refuses(
                    AgentFixture.upgrade(
                            "POST", "/exec/shop/web-0/app?" + "command=x&".repeat(1100) + "tty=1", "SPDY/3.1"),
                    400,
                    "more than 1024");
        }

        @Test
        void writesTheQueryAnew() throws Exception {
            agent.kubelet.plays((in, out) -> FakeKubelet.write(out, "HTTP/1.1 404 Not Found\r\n\r\n"));
            String answer = agent.ask(AgentFixture.upgrade(
                    "POST", "/exec/shop/web-0/app?command=sh&command=a+b%20c%2Fd%C3%A9%ff%26x%3dy&tty=1", "SPDY/3.1"));
            assertThat(answer).startsWith("HTTP/1.1 404");
            assertThat(agent.kubelet.heads().getFirst())
                    .contains("/app?command=sh&command=a%20b%20c%2Fd%C3%A9%FF%26x%3Dy&tty=1 HTTP/1.1\r\n");
        }
    }

    @Nested
    class Upgrades {
        @ParameterizedTest
        @ValueSource(strings = {"h2c", "TLS/1.0", "spdy/2", "SPDY/3.1, websocket", "foo", "websocket2", "HTTP/2.0"})
        void refusesOtherProtocols(String protocol) throws Exception {
            refuses(AgentFixture.upgrade("GET", AgentFixture.EXEC, protocol), 400, "upgrade");
        }

        @Test
        void refusesStreamsWithoutAnUpgrade() throws Exception {
            refuses(AgentFixture.get(AgentFixture.EXEC), 400, "Upgrade request required");
            refuses(AgentFixture.get("/portForward/shop/web-0?port=80"), 400, "Upgrade request required");
            refuses(AgentFixture.get(AgentFixture.EXEC, "Upgrade: SPDY/3.1"), 400, "upgrade");
            refuses(AgentFixture.get(AgentFixture.EXEC, "Connection: Upgrade"), 400, "upgrade");
            refuses(
                    AgentFixture.get(
                            AgentFixture.EXEC, "Connection: Upgrade", "Upgrade: SPDY/3.1", "Upgrade: websocket"),
                    400,
                    "upgrade");
        }

        @Test
        void refusesUpgradesWhereThereIsNone() throws Exception {
            refuses(AgentFixture.upgrade("GET", AgentFixture.LOGS, "websocket"), 400, "cannot be upgraded");
            refuses(AgentFixture.upgrade("GET", "/healthz", "h2c"), 400, "upgrade");
        }

        @Test
        void refusesAWebsocketByPost() throws Exception {
            refuses(AgentFixture.upgrade("POST", AgentFixture.EXEC, "websocket"), 400, "GET");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "HTTP/1.1 302 Found\r\nLocation: https://10.0.0.9:6443/\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 307 Temporary Redirect\r\nLocation: https://x/\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                    "HTTP/1.1 204 No Content\r\n\r\n",
                    "HTTP/1.1 100 Continue\r\n\r\n",
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\n\r\n",
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n",
                    "HTTP/1.0 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n",
                    "SSH-2.0-OpenSSH\r\n\r\n"
                })
        void passesOnNoStrangeAnswer(String answer) throws Exception {
            agent.kubelet.plays((in, out) -> FakeKubelet.write(out, answer));
            assertThat(agent.ask(AgentFixture.upgrade("POST", AgentFixture.EXEC, "SPDY/3.1")))
                    .startsWith("HTTP/1.1 502 ")
                    .doesNotContain("Location", "10.0.0.9");
        }

        @Test
        void followsNoRedirectOfAPlainRequest() throws Exception {
            agent.kubelet.plays((in, out) ->
                    FakeKubelet.write(out, "HTTP/1.1 302 Found\r\nLocation: /pods\r\nContent-Length: 0\r\n\r\n"));
            assertThat(agent.ask(AgentFixture.get(AgentFixture.LOGS)))
                    .startsWith("HTTP/1.1 502 ")
                    .doesNotContain("Location");
            assertThat(agent.kubelet.heads()).hasSize(1);
        }
    }

    @Nested
    class Ownership {
        @Test
        void showsOtherTenantsNothing() throws Exception {
            try (RawClient other = agent.tenantB()) {
                assertThat(other.send(AgentFixture.get(AgentFixture.LOGS)).readAll())
                        .startsWith("HTTP/1.1 404 ")
                        .contains("pod shop/web-0 not found on this node")
                        .doesNotContain("default-");
            }
            refuses(AgentFixture.get("/containerLogs/default-bbbbbb-demo-shop/web-0/app"), 404, "not found");
            refuses(AgentFixture.get("/containerLogs/shop/nothing/app"), 404, "pod shop/nothing not found");
            refuses(AgentFixture.get("/containerLogs/other/web-0/app"), 404, "pod other/web-0 not found");
        }

        @Test
        void hidesInjectedContainers() throws Exception {
            refuses(AgentFixture.get("/containerLogs/shop/web-0/sidecar"), 404, "container sidecar not found");
            refuses(AgentFixture.get("/containerLogs/shop/web-0/none"), 404, "container none not found");
        }

        @Test
        void insistsOnTheTenantsUid() throws Exception {
            refuses(
                    AgentFixture.upgrade(
                            "POST", "/exec/shop/web-0/" + AgentFixture.SUPER_POD_UID + "/app?command=ls", "SPDY/3.1"),
                    404,
                    "not found");
            agent.ask(AgentFixture.upgrade(
                    "POST", "/exec/shop/web-0/" + AgentFixture.TENANT_POD_UID + "/app?command=ls", "SPDY/3.1"));
            assertThat(agent.kubelet.heads().getFirst())
                    .startsWith("POST /exec/default-aaaaaa-demo-shop/web-0/" + AgentFixture.SUPER_POD_UID + "/app?");
        }

        @Test
        void judgesStreamsByTheTruthAndNotByACopy() throws Exception {
            agent.superCluster.putInTruthOnly(AgentFixture.podOfA("33333333-0000-4000-8000-000000000003", "new-super"));
            refuses(
                    AgentFixture.upgrade(
                            "POST", "/exec/shop/web-0/" + AgentFixture.TENANT_POD_UID + "/app?command=ls", "SPDY/3.1"),
                    404,
                    "not found");
            agent.ask(AgentFixture.upgrade("POST", "/portForward/shop/web-0?port=80", "SPDY/3.1"));
            assertThat(agent.kubelet.heads().getFirst())
                    .startsWith("POST /portForward/default-aaaaaa-demo-shop/web-0/new-super?port=80 ");
        }

        @Test
        void asksTheApiServerOnceAboutAPodThatTheCopyDoesNotHave() throws Exception {
            agent.superCluster.putInTruthOnly(new PodRecord(
                    AgentFixture.superNamespace(),
                    "fresh",
                    "fresh-uid",
                    AgentFixture.NODE,
                    Map.of(
                            Keys.CLUSTER, AgentFixture.KEY_A,
                            Keys.TENANT_NAMESPACE, "shop",
                            Keys.TENANT_NAME, "fresh",
                            Keys.TENANT_UID, "fresh-tenant-uid",
                            Keys.CONTAINERS, "app"),
                    Set.of("app")));
            assertThat(agent.ask(AgentFixture.get("/containerLogs/shop/fresh/app")))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(agent.superCluster.reads()).isEqualTo(1);
            agent.ask(AgentFixture.upgrade("POST", "/portForward/shop/fresh?port=80", "SPDY/3.1"));
            assertThat(agent.superCluster.reads()).isEqualTo(2);
        }

        @Test
        void asksTheApiServerOnlyWhereTheCopyAgrees() throws Exception {
            refuses(
                    AgentFixture.upgrade("POST", "/exec/shop/web-0/sidecar?command=ls", "SPDY/3.1"),
                    404,
                    "container sidecar not found");
            assertThat(agent.superCluster.reads()).isZero();
            agent.ask(AgentFixture.upgrade("POST", AgentFixture.EXEC, "SPDY/3.1"));
            assertThat(agent.superCluster.reads()).isEqualTo(1);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {Keys.CLUSTER, Keys.TENANT_NAMESPACE, Keys.TENANT_NAME, Keys.TENANT_UID, Keys.CONTAINERS})
        void needsEveryProof(String missing) throws Exception {
            var annotations =
                    new java.util.HashMap<>(AgentFixture.podOfA(AgentFixture.TENANT_POD_UID, AgentFixture.SUPER_POD_UID)
                            .annotations());
            annotations.remove(missing);
            agent.superCluster.put(new PodRecord(
                    AgentFixture.superNamespace(), "web-0", "u", AgentFixture.NODE, annotations, Set.of("app")));
            refuses(AgentFixture.get(AgentFixture.LOGS), 404, "not found");
        }

        @Test
        void servesOnlyItsOwnNode() throws Exception {
            PodRecord here = AgentFixture.podOfA(AgentFixture.TENANT_POD_UID, AgentFixture.SUPER_POD_UID);
            agent.superCluster.put(new PodRecord(
                    here.namespace(), here.name(), here.uid(), "node-2", here.annotations(), here.containers()));
            refuses(AgentFixture.get(AgentFixture.LOGS), 404, "not found on this node");
        }

        @ParameterizedTest
        @ValueSource(strings = {Keys.CLUSTER, Keys.VC_UID, Keys.TENANT_NAMESPACE})
        void needsANamespaceThatIsRecordedForTheTenant(String mark) throws Exception {
            Map<String, String> marks = new HashMap<>(Map.of(
                    Keys.CLUSTER, AgentFixture.KEY_A,
                    Keys.VC_UID, AgentFixture.UID_A,
                    Keys.TENANT_NAMESPACE, "shop"));
            for (String other : new String[] {"another", ""}) {
                marks.put(mark, other);
                agent.superCluster.put(new NamespaceRecord(AgentFixture.superNamespace(), Map.copyOf(marks), false));
                refuses(AgentFixture.get(AgentFixture.LOGS), 404, "not found");
            }
            marks.remove(mark);
            agent.superCluster.put(new NamespaceRecord(AgentFixture.superNamespace(), Map.copyOf(marks), false));
            refuses(AgentFixture.get(AgentFixture.LOGS), 404, "not found");
        }

        @Test
        void letsNobodyInWhenNothingCanBeChecked() throws Exception {
            agent.superCluster.goDown();
            refuses(AgentFixture.get(AgentFixture.LOGS), 503, "Retry-After");
        }
    }
}
