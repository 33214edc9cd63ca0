// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.tls;

import dev.virtualcluster.runtime.logging.LogKeys;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate, its key and the CA it trusts, read from mounted files and read again when they change. Polls, because
 * a mounted Secret is swapped by renaming a directory, which file events report unreliably. A set that is unreadable,
 * half written or does not fit together never displaces the one in use. Safe for use by any thread; listeners run on a
 * virtual thread.
 */
public final class CertificateFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateFiles.class);

    private final Vertx vertx;
    private final @Nullable Path certificate;
    private final @Nullable Path key;
    private final @Nullable Path ca;
    private final List<Consumer<CertificateBundle>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock reloading = new ReentrantLock();
    private final long timer;
    private volatile CertificateBundle current;
    private volatile @Nullable CertificateBundle refused;

    private CertificateFiles(
            Vertx vertx, @Nullable Path certificate, @Nullable Path key, @Nullable Path ca, Duration poll)
            throws IOException, BrokenCertificateException {
        this.vertx = vertx;
        this.certificate = certificate;
        this.key = key;
        this.ca = ca;
        this.current = read();
        current.verify(vertx);
        this.timer = vertx.setPeriodic(
                poll.toMillis(),
                id -> Thread.ofVirtual().name("certificate-files").start(this::reload));
    }

    /** A key pair and, where {@code ca} is given, a bundle of trusted CAs. Fails when they cannot be used now. */
    public static CertificateFiles open(Vertx vertx, Path certificate, Path key, @Nullable Path ca, Duration poll)
            throws IOException, BrokenCertificateException {
        return new CertificateFiles(vertx, certificate, key, ca, poll);
    }

    /** A bundle of trusted CAs alone. */
    public static CertificateFiles openTrust(Vertx vertx, Path ca, Duration poll)
            throws IOException, BrokenCertificateException {
        return new CertificateFiles(vertx, null, null, ca, poll);
    }

    /** The newest set that was whole. */
    public CertificateBundle current() {
        return current;
    }

    /** Calls {@code listener} after every swap, not for what is current now. */
    public void onSwap(Consumer<CertificateBundle> listener) {
        listeners.add(listener);
    }

    /** Reads the files now. Returns whether a new set came into use. */
    public boolean reload() {
        reloading.lock();
        try {
            CertificateBundle found = read();
            if (found.equals(current) || found.equals(refused)) {
                return false;
            }
            refused = found;
            found.verify(vertx);
            refused = null;
            current = found;
            LOG.atInfo().addKeyValue(LogKeys.FILE, name()).log("new certificates are in use");
            listeners.forEach(listener -> tell(listener, found));
            return true;
        } catch (IOException | BrokenCertificateException e) {
            LOG.atWarn()
                    .addKeyValue(LogKeys.FILE, name())
                    .addKeyValue(LogKeys.ERROR, e.toString())
                    .log("new certificates cannot be used, the former ones stay in use");
            return false;
        } finally {
            reloading.unlock();
        }
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
    }

    private void tell(Consumer<CertificateBundle> listener, CertificateBundle bundle) {
        try {
            listener.accept(bundle);
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue(LogKeys.FILE, name())
                    .setCause(e)
                    .log("a user of the certificates failed to swap");
        }
    }

    private String name() {
        return String.valueOf(certificate == null ? ca : certificate);
    }

    private CertificateBundle read() throws IOException, BrokenCertificateException {
        return new CertificateBundle(text(certificate), text(key), text(ca));
    }

    private static String text(@Nullable Path path) throws IOException, BrokenCertificateException {
        if (path == null) {
            return "";
        }
        String text = Files.readString(path);
        if (text.isBlank()) {
            // An empty CA file would otherwise count as "no CA asked for".
            throw new BrokenCertificateException(path + " is empty", null);
        }
        return text;
    }
}
