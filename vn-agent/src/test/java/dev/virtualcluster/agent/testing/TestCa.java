// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate authority for tests. */
public final class TestCa {
    private static final char[] PASSWORD = "test".toCharArray();

    private final X500Name name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    /**
     * A key with its certificate.
     *
     * @param keys the keys
     * @param certificate the certificate
     */
    public record Identity(KeyPair keys, X509Certificate certificate) {
        /** PEM of the certificate. */
        public String certificatePem() {
            return pem("CERTIFICATE", encoded(certificate));
        }

        /** PEM of the private key. */
        public String keyPem() {
            return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
        }

        /** TLS as this identity, trusting only {@code trusted}. */
        public SSLContext tls(TestCa trusted) {
            return context(this, trusted);
        }
    }

    /** Validity and names of a certificate to be issued. */
    public record Order(String subject, List<GeneralName> names, KeyPurposeId purpose, Instant from, Instant to) {
        /** A client's. */
        public static Order client(String subject, String... uris) {
            List<GeneralName> names = new ArrayList<>();
            for (String uri : uris) {
                names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
            }
            Instant now = Instant.now();
            return new Order(
                    subject,
                    names,
                    KeyPurposeId.id_kp_clientAuth,
                    now.minus(Duration.ofMinutes(5)),
                    now.plus(Duration.ofHours(1)));
        }

        /** A server's at an IP address. */
        public static Order server(String subject, String ip) {
            Instant now = Instant.now();
            return new Order(
                    subject,
                    List.of(new GeneralName(GeneralName.iPAddress, ip)),
                    KeyPurposeId.id_kp_serverAuth,
                    now.minus(Duration.ofMinutes(5)),
                    now.plus(Duration.ofHours(1)));
        }

        /** The same with another time of validity. */
        public Order valid(Instant start, Instant end) {
            return new Order(subject, names, purpose, start, end);
        }

        /** The same for another purpose. */
        public Order purpose(KeyPurposeId other) {
            return new Order(subject, names, other, from, to);
        }
    }

    /** A CA of this common name. */
    public TestCa(String commonName) {
        this.name = new X500Name("CN=" + commonName);
        this.keys = newKeys();
        this.certificate = sign(
                name,
                publicKey(keys),
                List.of(),
                null,
                Instant.now().minusSeconds(600),
                Instant.now().plusSeconds(7200));
    }

    /** PEM of the CA's certificate. */
    public String pem() {
        return pem("CERTIFICATE", encoded(certificate));
    }

    /** A new key with a certificate of this CA. */
    public Identity issue(Order order) {
        KeyPair fresh = newKeys();
        return new Identity(
                fresh,
                sign(
                        new X500Name(order.subject()),
                        publicKey(fresh),
                        order.names(),
                        order.purpose(),
                        order.from(),
                        order.to()));
    }

    /** PEM of a certificate. */
    public static String pem(X509Certificate certificate) {
        return pem("CERTIFICATE", encoded(certificate));
    }

    /** A certificate of this CA for somebody else's public key. */
    public X509Certificate certify(SubjectPublicKeyInfo key, Order order) {
        return sign(new X500Name(order.subject()), key, order.names(), order.purpose(), order.from(), order.to());
    }

    private X509Certificate sign(
            X500Name subject,
            SubjectPublicKeyInfo key,
            List<GeneralName> names,
            @Nullable KeyPurposeId purpose,
            Instant from,
            Instant to) {
        try {
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    name, new BigInteger(127, new SecureRandom()), Date.from(from), Date.from(to), subject, key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(purpose == null));
            if (purpose != null) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            }
            if (!names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            }
            byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SubjectPublicKeyInfo publicKey(KeyPair pair) {
        return SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
    }

    private static SSLContext context(Identity identity, TestCa trusted) {
        try {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry(
                    "own", identity.keys().getPrivate(), PASSWORD, new X509Certificate[] {identity.certificate()});
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
            keyManagers.init(own, PASSWORD);
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry("ca", trusted.certificate);
            TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
            trustManagers.init(trust);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] der) {
        byte[] newline = {'\n'};
        return "-----BEGIN " + type + "-----\n"
                + new String(Base64.getMimeEncoder(64, newline).encode(der), StandardCharsets.US_ASCII) + "\n-----END "
                + type + "-----\n";
    }
}
