// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.kubelet;

import dev.virtualcluster.runtime.logging.LogKeys;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TLS handshake with the kubelet when the agent starts, tried again until it succeeds. What would fail every call of every tenant,
 * most often kubelets with self-signed certificates, is so told to the admin by readiness and one line of log, before a tenant meets it.
 * All work is done on one event loop; {@link #hasPassed()} and {@link #close()} may be called by any thread.
 */
public final class KubeletCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KubeletCheck.class);
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final KubeletConnector kubelet;
    private final Vertx vertx;
    private final Context context;
    private final Duration retry;
    private volatile String finding = "the kubelet has not been asked yet";
    private volatile boolean hasPassed;
    private volatile boolean isClosed;

    KubeletCheck(KubeletConnector kubelet, Vertx vertx, Duration retry) {
        this.kubelet = kubelet;
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.retry = retry;
    }

    /** Starts to check. */
    public static KubeletCheck start(KubeletConnector kubelet, Vertx vertx) {
        KubeletCheck check = new KubeletCheck(kubelet, vertx, RETRY);
        check.run();
        return check;
    }

    /** Whether a handshake has succeeded; stays true, for later failures are the calls' own. */
    public boolean hasPassed() {
        return hasPassed;
    }

    /** What was wrong at the last try, and what to do about it. */
    String finding() {
        return finding;
    }

    void run() {
        if (!isClosed) {
            kubelet.connect(context).onComplete(this::passed, this::failed);
        }
    }

    @Override
    public void close() {
        isClosed = true;
    }

    private void passed(NetSocket socket) {
        socket.close();
        hasPassed = true;
        LOG.atInfo()
                .addKeyValue(LogKeys.ADDRESS, kubelet.address().authority())
                .log("the kubelet's certificate is trusted");
    }

    private void failed(Throwable failure) {
        String found = explain(failure);
        // Said once, not at every try.
        if (!isClosed && !found.equals(finding)) {
            finding = found;
            LOG.atWarn()
                    .addKeyValue(LogKeys.ADDRESS, kubelet.address().authority())
                    .addKeyValue(LogKeys.ERROR, deepest(failure).toString())
                    .log(found);
        }
        vertx.setTimer(retry.toMillis(), _ -> run());
    }

    private static String explain(Throwable failure) {
        if (isCausedBy(failure, CertificateException.class)) {
            return "the kubelet's certificate is not of the authority in --kubelet-ca-file, or not for the node's address:"
                    + " set agent.kubeletCAConfigMap, or let kubelets request theirs (serverTLSBootstrap)";
        }
        if (isCausedBy(failure, SSLException.class)) {
            return "the kubelet ends the handshake, as it does while its request for a certificate is not approved:"
                    + " see kubectl get csr";
        }
        return "the kubelet cannot be reached";
    }

    /** The one that names the certificate's fault; those around it say only that a connection failed. */
    private static Throwable deepest(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest;
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
