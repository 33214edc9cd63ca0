// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * A certificate with its private key. Printing it shows the subject only.
 *
 * @param certificate the certificate
 * @param key its private key
 */
public record KeyedCertificate(X509Certificate certificate, PrivateKey key) {

    /** Reads a pair and proves that its halves belong together; throws {@link PkiException} when they do not. */
    public static KeyedCertificate parse(String certificatePem, String keyPem) {
        var pair = new KeyedCertificate(Pem.certificate(certificatePem), Pem.privateKey(keyPem));
        if (!KeyPairs.match(pair.key, pair.certificate.getPublicKey())) {
            throw new PkiException("holds a private key that does not belong to its certificate");
        }
        return pair;
    }

    /** The certificate as PEM. */
    public String certificatePem() {
        return Pem.encode(certificate);
    }

    /** The private key as PEM. */
    public String keyPem() {
        return Pem.encode(key);
    }

    @Override
    public String toString() {
        return "KeyedCertificate[" + certificate.getSubjectX500Principal().getName() + ", key=***]";
    }
}
