// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Trusts the CA that a config names and nobody else. The client by itself adds it to the JVM's public CAs, which lets
 * any of those vouch for a tenant's server, and keeps a copy of them all, about half a megabyte, per connection.
 */
final class TlsMaterial {
    private final KeyManager[] keys;
    private final TrustManager[] trust;

    private TlsMaterial(KeyManager[] keys, TrustManager[] trust) {
        this.keys = keys;
        this.trust = trust;
    }

    void applyTo(HttpClient.Builder builder) {
        if (trust.length > 0) {
            builder.sslContext(keys, trust);
        }
    }

    /** Without an embedded CA the client's own choice stays: such a config never comes from a tenant. */
    static TlsMaterial of(Config config) {
        String ca = config.getCaCertData();
        if (ca == null || ca.isEmpty() || config.isTrustCerts()) {
            return new TlsMaterial(new KeyManager[0], new TrustManager[0]);
        }
        try {
            KeyManager[] keys = SSLUtils.keyManagers(config);
            return new TlsMaterial(keys == null ? new KeyManager[0] : keys, trusting(ca));
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("the config's CA or client certificate cannot be read", e);
        }
    }

    private static TrustManager[] trusting(String ca) throws GeneralSecurityException, IOException {
        byte[] pem = ca.contains("-----BEGIN")
                ? ca.getBytes(StandardCharsets.US_ASCII)
                : Base64.getMimeDecoder().decode(ca);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        for (Certificate certificate :
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
