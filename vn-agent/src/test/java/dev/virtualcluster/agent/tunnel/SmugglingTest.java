// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.agent.testing.FakeKubelet;
import dev.virtualcluster.agent.testing.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that two parsers could read in two ways, and headers that must not travel. */
@Timeout(60)
class SmugglingTest {
    private static final String LINE = "GET " + AgentFixture.LOGS + " HTTP/1.1\r\n";

    private AgentFixture agent;

    @BeforeEach
    void start() throws Exception {
        agent = new AgentFixture();
    }

    @AfterEach
    void stop() throws Exception {
        agent.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                LINE + "Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                LINE + "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                LINE + "Host: x\r\nTransfer-Encoding: identity\r\n\r\n",
                LINE + "Host: x\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
                LINE + "Host: x\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n",
                LINE + "Host: x\r\nContent-Length: 44\r\n\r\nGET /pods HTTP/1.1\r\nHost: x\r\n\r\n",
                LINE + "Host: x\r\nContent-Length: +0\r\n\r\n",
                LINE + "Host: x\r\nContent-Length: 0,0\r\n\r\n",
                LINE + "Host: x\r\nContent-Length : 0\r\n\r\n",
                LINE + "Host: x\r\nX-A: 1\r\n folded: 2\r\n\r\n",
                LINE + "Host: x\r\n\tX-A: 1\r\n\r\n",
                LINE + " Host: x\r\n\r\n",
                LINE + "Host: x\r\nX-A: a\u0000b\r\n\r\n",
                LINE + "Host: x\r\nX-A: a\nAuthorization: b\r\n\r\n",
                LINE + "Host: x\r\nX-A: a\rb\r\n\r\n",
                LINE + "Host: x\r\n: empty\r\n\r\n",
                LINE + "Host: x\r\nno colon\r\n\r\n",
                LINE + "Host: x\r\nHost: y\r\n\r\n",
                LINE + "\r\n",
                "\r\n" + LINE + "Host: x\r\n\r\n",
                "GET  " + AgentFixture.LOGS + " HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET\t" + AgentFixture.LOGS + " HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET " + AgentFixture.LOGS + " HTTP/1.1 \r\nHost: x\r\n\r\n",
                "GET " + AgentFixture.LOGS + "\r\n\r\n",
                "G\u00c9T " + AgentFixture.LOGS + " HTTP/1.1\r\nHost: x\r\n\r\n",
                LINE + "Host: x\r\nTE: gzip\r\n\r\n",
                LINE + "Host: x\r\nTrailer: Authorization\r\n\r\n"
            })
    void refusesWhatIsAmbiguous(String request) throws Exception {
        assertThat(agent.ask(request)).startsWith("HTTP/1.1 400 ");
        assertThat(agent.kubelet.heads()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.10"})
    void speaksOneVersionOnly(String version) throws Exception {
        assertThat(agent.ask("GET /healthz " + version + "\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 505 ");
    }

    @Test
    void refusesTheHttp2Preface() throws Exception {
        assertThat(agent.ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).startsWith("HTTP/1.1 505 ");
    }

    @Test
    void refusesHeadsThatAreTooLarge() throws Exception {
        assertThat(agent.ask(AgentFixture.get("/healthz", "X-A: " + "a".repeat(70_000))))
                .startsWith("HTTP/1.1 431 ");
        assertThat(agent.ask(AgentFixture.get("/healthz", "X: 1\r\n".repeat(200) + "Y: 1")))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void answersOneRequestOnly() throws Exception {
        assertThat(agent.ask(AgentFixture.get("/healthz") + AgentFixture.get("/healthz")))
                .containsOnlyOnce("HTTP/1.1 200 OK");
        String logs = agent.ask(AgentFixture.get(AgentFixture.LOGS) + "GET /pods HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(logs).containsOnlyOnce("HTTP/1.1 ");
        assertThat(agent.kubelet.heads()).hasSize(1);
    }

    @Test
    void letsNoForeignHeaderThrough() throws Exception {
        agent.ask(AgentFixture.get(
                AgentFixture.LOGS,
                "Authorization: Bearer stolen",
                "authorization: Basic eHg=",
                "Impersonate-User: system:admin",
                "Impersonate-Extra-scopes: x",
                "X-Remote-User: admin",
                "X-Remote-Group: system:masters",
                "X-Forwarded-For: 127.0.0.1",
                "X-Forwarded-Host: kubernetes",
                "Forwarded: for=127.0.0.1",
                "Cookie: a=b",
                "Proxy-Authorization: x",
                "Keep-Alive: 5",
                "Connection: keep-alive, X-Secret-Hop",
                "X-Secret-Hop: 1",
                "Accept-Encoding: gzip",
                "traceparent: 00-1-2-3",
                "User-Agent: kube-apiserver/v1.36"));
        assertThat(agent.kubelet.heads().getFirst().lines())
                .containsExactly(
                        "GET /containerLogs/default-aaaaaa-demo-shop/web-0/app HTTP/1.1",
                        "Host: 127.0.0.1:" + agent.kubelet.port(),
                        "Authorization: Bearer agent-token",
                        "User-Agent: kube-apiserver/v1.36",
                        "Connection: close",
                        "");
    }

    @Test
    void translatesTheKubeletsErrors() throws Exception {
        String body = "pod default-aaaaaa-demo-shop/web-0 (" + AgentFixture.SUPER_POD_UID
                + ") of default-aaaaaa-demo-x not found";
        agent.kubelet.plays((in, out) -> FakeKubelet.write(
                out,
                "HTTP/1.1 404 Not Found\r\nX-Node: secret\r\nContent-Length: " + body.length() + "\r\n\r\n" + body));
        assertThat(agent.ask(AgentFixture.get(AgentFixture.LOGS)))
                .startsWith("HTTP/1.1 404 ")
                .contains("pod shop/web-0 (" + AgentFixture.TENANT_POD_UID + ") of x not found")
                .doesNotContain("aaaaaa", AgentFixture.SUPER_POD_UID, "X-Node");
        agent.kubelet.plays(
                (in, out) -> FakeKubelet.write(
                        out,
                        "HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n8\r\ndefault-\r\n10\r\naaaaaa-demo-shop\r\n0\r\n\r\n"));
        assertThat(agent.ask(AgentFixture.get(AgentFixture.LOGS)))
                .startsWith("HTTP/1.1 500 ")
                .endsWith("\r\n\r\nshop\n");
    }

    @Test
    void keepsTheKubeletsVerdictOnTheAgentToItself() throws Exception {
        agent.kubelet.plays(
                (in, out) -> FakeKubelet.write(out, "HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nsecret"));
        assertThat(agent.ask(AgentFixture.get(AgentFixture.LOGS)))
                .startsWith("HTTP/1.1 502 ")
                .doesNotContain("secret");
    }

    @Test
    void takesAHeadInAnyPieces() throws IOException {
        try (RawClient client = agent.tenantA()) {
            for (char c : AgentFixture.get("/healthz").toCharArray()) {
                client.send(String.valueOf(c));
            }
            assertThat(client.readAll()).startsWith("HTTP/1.1 200 OK");
        }
    }
}
