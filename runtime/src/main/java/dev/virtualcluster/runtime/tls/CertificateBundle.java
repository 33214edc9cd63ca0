// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.tls;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * A certificate chain with its key, and trusted CAs, as PEM texts; either part may be empty. Printing it shows neither.
 *
 * @param certificate the chain, leaf first
 * @param key the leaf's private key
 * @param ca the trusted CAs
 */
public record CertificateBundle(String certificate, String key, String ca) {
    /** For the key side of a TLS server or client. */
    public PemKeyCertOptions keyCertOptions() {
        return new PemKeyCertOptions().setCertValue(Buffer.buffer(certificate)).setKeyValue(Buffer.buffer(key));
    }

    /** The certificates of the chain, leaf first. */
    public List<X509Certificate> chain() throws BrokenCertificateException {
        return parse("certificate", certificate);
    }

    /** The trusted CAs. */
    public List<X509Certificate> authorities() throws BrokenCertificateException {
        return parse("CA bundle", ca);
    }

    /** Checks that every part that is not empty parses, and that key and leaf belong together. */
    void verify(Vertx vertx) throws BrokenCertificateException {
        if (!ca.isEmpty()) {
            authorities();
        }
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new BrokenCertificateException("a certificate without key, or a key without certificate", null);
        }
        if (!certificate.isEmpty()) {
            verifyPair(vertx);
        }
        if (certificate.isEmpty() && ca.isEmpty()) {
            throw new BrokenCertificateException("the files are empty", null);
        }
    }

    private void verifyPair(Vertx vertx) throws BrokenCertificateException {
        X509Certificate leaf = chain().getFirst();
        String algorithm = leaf.getPublicKey().getAlgorithm();
        try {
            for (KeyManager manager :
                    keyCertOptions().getKeyManagerFactory(vertx).getKeyManagers()) {
                if (manager instanceof X509KeyManager keys) {
                    String[] aliases = keys.getServerAliases(algorithm, null);
                    if (aliases != null && belongTogether(keys.getPrivateKey(aliases[0]), leaf.getPublicKey())) {
                        return;
                    }
                }
            }
        } catch (Exception e) {
            throw new BrokenCertificateException("the key cannot be read", e);
        }
        throw new BrokenCertificateException("the key does not belong to the certificate", null);
    }

    private static boolean belongTogether(PrivateKey mine, PublicKey theirs) throws GeneralSecurityException {
        byte[] sample = "virtualcluster".getBytes(StandardCharsets.US_ASCII);
        Signature signer = Signature.getInstance(
                switch (theirs.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> theirs.getAlgorithm();
                });
        signer.initSign(mine);
        signer.update(sample);
        byte[] signature = signer.sign();
        signer.initVerify(theirs);
        signer.update(sample);
        return signer.verify(signature);
    }

    private static List<X509Certificate> parse(String what, String pem) throws BrokenCertificateException {
        try {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (found.isEmpty()) {
                throw new BrokenCertificateException("no certificate in the " + what, null);
            }
            return found;
        } catch (CertificateException e) {
            throw new BrokenCertificateException("the " + what + " cannot be parsed", e);
        }
    }

    @Override
    public String toString() {
        return "CertificateBundle[***]";
    }
}
