// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import dev.virtualcluster.agent.http.Answers;
import dev.virtualcluster.agent.http.HeadParser;
import dev.virtualcluster.agent.http.RefusalReason;
import dev.virtualcluster.agent.http.RefusedException;
import dev.virtualcluster.agent.identity.ClientCertificate;
import dev.virtualcluster.agent.identity.TenantIdentity;
import dev.virtualcluster.agent.ownership.Target;
import dev.virtualcluster.agent.route.Call;
import dev.virtualcluster.agent.route.Router;
import dev.virtualcluster.runtime.logging.LogKeys;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection after its handshake: one request, judged, carried, closed. Runs on a virtual thread of its own and may block; sockets
 * are touched on their event loop only.
 */
final class Exchange implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final Collaborators with;
    private final Connection connection;
    private final Context context;
    private final NetSocket client;
    private final CallRecord record;
    private boolean hasReadAll;

    Exchange(Collaborators with, Connection connection) {
        this.with = with;
        this.connection = connection;
        this.context = connection.context();
        this.client = connection.socket();
        this.record = new CallRecord(connection.address(), with.nanoTime().getAsLong());
    }

    @Override
    public void run() {
        try {
            serve();
        } catch (RefusedException refusal) {
            record.refused(refusal);
            answer(Answers.plain(refusal.status(), refusal.text()));
        } catch (ClosedException e) {
            record.answered(0, e.ending().label());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The thread's root: a defect ends one call, loudly, and lets nobody through.
            LOG.atError()
                    .addKeyValue(LogKeys.ADDRESS, record.remote)
                    .setCause(e)
                    .log("a call failed by a defect");
            record.answered(500, "defect");
            answer(Answers.plain(500, "the node agent has failed; ask the operator of the cluster"));
        } finally {
            client.close();
            with.log().ended(record, with.nanoTime().getAsLong() - record.startedNanos);
        }
    }

    private void serve() throws InterruptedException {
        SocketReader.Head head = readHead();
        hasReadAll = head.rest().length() == 0;
        TenantIdentity identity =
                ClientCertificate.identity(peer(), with.clock().instant());
        record.identity = identity;
        with.ownership().confirm(identity);
        with.streams().count(identity.key());
        Call call = Router.route(HeadParser.request(head.bytes().getBytes()));
        record.call = call;
        switch (call) {
            case Call.Health _ -> {
                record.answered(200, "ok");
                answer(Answers.plain(200, "ok"));
            }
            case Call.OfPod ofPod -> carry(identity, ofPod, head.rest());
        }
    }

    private void carry(TenantIdentity identity, Call.OfPod call, Buffer early) throws InterruptedException {
        Runnable countRead = () -> with.streams().countRead(identity.key());
        boolean isUpgraded = call.endpoint().isUpgraded();
        if (isUpgraded) {
            countRead.run();
        }
        Promise<Ending> cut = Promise.promise();
        try (Streams.Stream _ = with.streams().open(identity.key(), cut::tryComplete)) {
            // A tenant that went between the first look and the opening was cut before this stream was there.
            with.ownership().confirm(identity);
            Target target = with.ownership().target(identity, call, isUpgraded ? () -> {} : countRead);
            record.target = target;
            new KubeletExchange(with, connection, record, cut.future()).carry(call, target, early);
        }
    }

    private SocketReader.Head readHead() throws InterruptedException {
        try {
            return Await.within(
                    with.limits().headTimeout(),
                    Loop.call(
                            context,
                            () -> SocketReader.head(client, with.limits().headBytes())));
        } catch (TimeoutException e) {
            throw new RefusedException(RefusalReason.SLOW, "no request came in time");
        } finally {
            connection.introduced();
        }
    }

    private X509Certificate peer() {
        try {
            if (client.sslSession().getPeerCertificates()[0] instanceof X509Certificate certificate) {
                return certificate;
            }
        } catch (SSLPeerUnverifiedException e) {
            // Falls through: TLS demands a certificate, so this is a defect of ours, and it means no.
        }
        throw new RefusedException(401, RefusalReason.IDENTITY, "no client certificate");
    }

    /**
     * Sends the agent's own answer. Where the client has sent more than one whole head, or less, the rest is read for a moment: closing
     * on unread bytes would make the network throw the answer away.
     */
    private void answer(byte[] bytes) {
        try {
            Await.within(GOODBYE, Loop.call(context, () -> client.write(Buffer.buffer(bytes))));
            record.traffic.countToClient(bytes.length);
            if (!hasReadAll) {
                context.runOnContext(_ -> SocketReader.discard(client));
                Await.within(GOODBYE, connection.closed());
            }
        } catch (TimeoutException | RuntimeException e) {
            // The client did not wait for its answer, or stays on: either way the connection is closed now.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
