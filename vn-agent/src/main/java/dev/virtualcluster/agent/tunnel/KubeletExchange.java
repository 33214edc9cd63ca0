// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import dev.virtualcluster.agent.http.Answers;
import dev.virtualcluster.agent.http.ChunkedBody;
import dev.virtualcluster.agent.http.HeadParser;
import dev.virtualcluster.agent.http.Headers;
import dev.virtualcluster.agent.http.RefusalReason;
import dev.virtualcluster.agent.http.RefusedException;
import dev.virtualcluster.agent.http.ResponseHead;
import dev.virtualcluster.agent.kubelet.KubeletRequest;
import dev.virtualcluster.agent.ownership.Target;
import dev.virtualcluster.agent.ownership.TenantWords;
import dev.virtualcluster.agent.route.Call;
import dev.virtualcluster.agent.route.UpgradeProtocol;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * The second half of a call: dials the kubelet, asks, and passes on what may be passed on. An upgrade that the kubelet does not grant
 * ends with an ordinary answer and both connections closed: nobody is left with an authenticated connection to a kubelet.
 */
final class KubeletExchange {
    private static final int MOST_ERROR_BYTES = 65_536;
    private static final Duration ERROR_BODY_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FOREVER = Duration.ofDays(365);
    private static final List<String> UPGRADE_HEADERS = List.of(
            "Connection",
            "Upgrade",
            "X-Stream-Protocol-Version",
            "Sec-WebSocket-Accept",
            "Sec-WebSocket-Protocol",
            "Sec-WebSocket-Extensions");
    private static final List<String> ANSWER_HEADERS = List.of("Content-Type", "Content-Length", "Transfer-Encoding");

    private final Collaborators with;
    private final Connection connection;
    private final Context context;
    private final NetSocket client;
    private final CallRecord record;
    private final Future<Ending> cut;

    /** {@code cut} completes when the call must end at once, by whatever cause. */
    KubeletExchange(Collaborators with, Connection connection, CallRecord record, Future<Ending> cut) {
        this.with = with;
        this.connection = connection;
        this.context = connection.context();
        this.client = connection.socket();
        this.record = record;
        this.cut = cut;
    }

    /** Carries the call to its end; {@code early} is what the client sent behind its head. */
    void carry(Call.OfPod call, Target target, Buffer early) throws InterruptedException {
        NetSocket kubelet = dial();
        try {
            SocketReader.Head head = ask(kubelet, call, target);
            ResponseHead response = HeadParser.response(head.bytes().getBytes());
            if (response.status() >= 400) {
                passOnError(kubelet, response, head.rest(), TenantWords.about(target));
                return;
            }
            Tunnel tunnel = new Tunnel(
                    with.vertx(),
                    context,
                    client,
                    kubelet,
                    record.traffic,
                    with.limits().idleTimeout());
            cut.onSuccess(tunnel::cut);
            if (call.upgrade().isPresent()) {
                requireGranted(response, call.upgrade().get());
                // Only now may the client's early bytes travel: to a kubelet that refuses they would be a second
                // request.
                Headers headers = response.headers().only(UPGRADE_HEADERS);
                ended(101, tunnel.join(Answers.head(101, headers), early, head.rest()));
            } else {
                requirePlain(response);
                ended(response.status(), tunnel.relay(plainHead(response), head.rest()));
            }
        } finally {
            kubelet.close();
        }
    }

    private void ended(int status, Future<Ending> tunnel) throws InterruptedException {
        try {
            record.status = status;
            record.answered(status, Await.within(FOREVER, tunnel).label());
        } catch (TimeoutException e) {
            throw new IllegalStateException("a stream outlived its idle timer", e);
        }
    }

    private NetSocket dial() throws InterruptedException {
        Future<NetSocket> dialled = with.kubelet().connect(context);
        try {
            return Await.within(with.limits().kubeletTimeout(), dialled);
        } catch (TimeoutException | RuntimeException e) {
            dialled.onSuccess(NetSocket::close);
            throw new RefusedException(
                    RefusalReason.KUBELET, "the node's kubelet cannot be reached; ask the operator of the cluster", e);
        }
    }

    private SocketReader.Head ask(NetSocket kubelet, Call.OfPod call, Target target) throws InterruptedException {
        try {
            byte[] head = KubeletRequest.head(
                    call, target, with.kubelet().address(), with.token().value());
            Future<SocketReader.Head> answer = Loop.call(context, () -> {
                kubelet.write(Buffer.buffer(head));
                return SocketReader.head(kubelet, with.limits().headBytes());
            });
            // Only while there is no answer: later the tunnel decides, which delivers what is on its way.
            Handler<Object> giveUp = _ -> {
                if (!answer.isComplete()) {
                    kubelet.close();
                }
            };
            connection.closed().onSuccess(giveUp);
            cut.onSuccess(giveUp);
            // A quiet "logs -f" gets no head before its first line, so only an upgrade is held to the shorter time.
            Duration limit = call.upgrade().isPresent()
                    ? with.limits().kubeletTimeout()
                    : with.limits().idleTimeout();
            return Await.within(limit, answer);
        } catch (ClosedException e) {
            if (cut.isComplete()) {
                throw new ClosedException(cut.result());
            }
            if (connection.closed().isComplete()) {
                throw e;
            }
            throw new RefusedException(
                    RefusalReason.KUBELET, "the node's kubelet closed the connection without an answer");
        } catch (TimeoutException e) {
            throw new RefusedException(504, RefusalReason.KUBELET, "the node's kubelet did not answer in time");
        } catch (IOException e) {
            throw new RefusedException(
                    RefusalReason.UNAVAILABLE, "the node agent has no credentials for the kubelet yet", e);
        }
    }

    /** The kubelet's own words about its refusal, with super-side names replaced. */
    private void passOnError(NetSocket kubelet, ResponseHead response, Buffer early, TenantWords words)
            throws InterruptedException {
        if (response.status() == 401 || response.status() == 403) {
            // The kubelet refused the agent, not the tenant.
            with.token().refused();
            throw new RefusedException(
                    RefusalReason.KUBELET,
                    "the node's kubelet does not accept the node agent; ask the operator of the cluster",
                    new IOException("the kubelet answered the agent with " + response.status()));
        }
        byte[] body;
        try {
            body = Await.within(
                    ERROR_BODY_TIMEOUT, Loop.call(context, () -> SocketReader.all(kubelet, early, MOST_ERROR_BYTES)));
        } catch (TimeoutException e) {
            body = early.getBytes();
        }
        if (response.headers().hasToken("transfer-encoding", "chunked")) {
            body = ChunkedBody.decode(body);
        }
        String text = words.translate(new String(body, StandardCharsets.UTF_8)).strip();
        throw new RefusedException(response.status(), RefusalReason.KUBELET_ANSWER, text);
    }

    private static void requireGranted(ResponseHead response, UpgradeProtocol asked) {
        boolean granted = response.status() == 101
                && response.headers().single("upgrade").map(asked::matches).orElse(false)
                && response.headers().hasToken("connection", "upgrade");
        if (!granted) {
            throw new RefusedException(
                    RefusalReason.KUBELET_ANSWER,
                    "the node's kubelet answered an upgrade with status " + response.status()
                            + ", which is not passed on");
        }
    }

    /** Redirects would lead the caller, with its credentials, to wherever the kubelet says. */
    private static void requirePlain(ResponseHead response) {
        if (response.status() != 200) {
            throw new RefusedException(
                    RefusalReason.KUBELET_ANSWER,
                    "the node's kubelet answered with status " + response.status() + ", which is not passed on");
        }
    }

    private static byte[] plainHead(ResponseHead response) {
        List<Headers.Line> lines =
                new ArrayList<>(response.headers().only(ANSWER_HEADERS).lines());
        lines.add(new Headers.Line("Connection", "close"));
        return Answers.head(200, new Headers(lines));
    }
}
