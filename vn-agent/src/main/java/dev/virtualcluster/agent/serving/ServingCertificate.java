// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.serving;

import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.tls.BrokenCertificateException;
import dev.virtualcluster.runtime.tls.CertificateBundle;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the agent in possession of a valid serving certificate, from the start of one virtual thread to {@link #close()}.
 *
 * <pre>
 *   ask --(signed)--> use until 80 % of its life --> ask
 *    ^--(denied, failed, unreachable)-- wait 2 s .. 1 min
 * </pre>
 *
 * <p>A renewal that fails, for whatever reason, leaves the old certificate in use. Only a failure of the virtual machine
 * ends the thread; then {@link #isAlive()} turns false and the liveness probe restarts the process. Thread safe.
 */
public final class ServingCertificate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServingCertificate.class);
    private static final double RENEWED_AT = 0.8;
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(2);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final String nodeName;
    private final CertificateAuthority authority;
    private final InstantSource clock;
    private final Consumer<CertificateBundle> user;
    private final CountDownLatch stopped;
    private volatile @Nullable X509Certificate current;
    private volatile boolean isAlive = true;

    ServingCertificate(
            String nodeName,
            CertificateAuthority authority,
            InstantSource clock,
            Consumer<CertificateBundle> user,
            CountDownLatch stopped) {
        this.nodeName = nodeName;
        this.authority = authority;
        this.clock = clock;
        this.user = user;
        this.stopped = stopped;
    }

    /**
     * Starts to keep the agent of {@code nodeName} in certificates of {@code lifetime} from the super cluster's API. {@code user} gets
     * each new one, on the thread that asked for it.
     */
    public static ServingCertificate keep(
            KubernetesClient client,
            String nodeName,
            Duration lifetime,
            InstantSource clock,
            LongSupplier nanoTime,
            Consumer<CertificateBundle> user) {
        CountDownLatch stopped = new CountDownLatch(1);
        ServingCertificate certificate = new ServingCertificate(
                nodeName, new SigningRequestApi(client, nodeName, lifetime, nanoTime, stopped), clock, user, stopped);
        Thread.ofVirtual().name("serving-certificate").start(certificate::run);
        return certificate;
    }

    /** Whether there is a certificate and it is valid now. */
    public boolean isValid() {
        return remaining().isPositive();
    }

    /** False once the thread that renews has died; for the liveness probe. */
    public boolean isAlive() {
        return isAlive;
    }

    /** How long the certificate is still valid; nothing when there is none. */
    public Duration remaining() {
        X509Certificate known = current;
        return known == null
                ? Duration.ZERO
                : Duration.between(clock.instant(), known.getNotAfter().toInstant());
    }

    @Override
    public void close() {
        stopped.countDown();
    }

    void run() {
        try {
            Duration wait = SHORTEST_WAIT;
            while (true) {
                Duration next;
                try {
                    next = renew();
                    wait = SHORTEST_WAIT;
                } catch (IssuanceException | BrokenCertificateException e) {
                    LOG.atWarn()
                            .addKeyValue(LogKeys.ERROR, e.toString())
                            .log("no new serving certificate; asking again");
                    next = wait;
                    wait = longer(wait);
                } catch (RuntimeException e) {
                    LOG.atError().setCause(e).log("no new serving certificate, by a defect; asking again");
                    next = wait;
                    wait = longer(wait);
                }
                if (stopped.await(next.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Error e) {
            isAlive = false;
            LOG.atError().setCause(e).log("the virtual machine fails, serving certificates are no longer renewed");
        }
    }

    /** Gets a new certificate into use; returns when to do it again. */
    private Duration renew() throws IssuanceException, BrokenCertificateException, InterruptedException {
        SigningRequest request = SigningRequest.create(nodeName, authority.addresses());
        CertificateBundle bundle = new CertificateBundle(authority.sign(request), request.keyPem(), "");
        X509Certificate leaf = bundle.chain().getFirst();
        Instant now = clock.instant();
        if (!leaf.getPublicKey().equals(request.keys().getPublic())
                || !now.isBefore(leaf.getNotAfter().toInstant())) {
            throw new IssuanceException("the signed certificate is for another key, or has expired", null);
        }
        user.accept(bundle);
        current = leaf;
        LOG.atInfo()
                .addKeyValue(LogKeys.NAME, leaf.getSubjectX500Principal().getName())
                .addKeyValue(LogKeys.DURATION, remaining())
                .log("a new serving certificate is in use");
        Duration life = Duration.between(
                leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
        Instant due = leaf.getNotBefore().toInstant().plusMillis((long) (life.toMillis() * RENEWED_AT));
        Duration left = Duration.between(now, due);
        return left.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : left;
    }

    private static Duration longer(Duration wait) {
        Duration doubled = wait.multipliedBy(2);
        return doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
    }
}
