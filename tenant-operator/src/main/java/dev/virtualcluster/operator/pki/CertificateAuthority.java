// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.pki;

import dev.virtualcluster.apis.VirtualClusterSpec;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority that issues leaves. Immutable and safe for any thread.
 *
 * <p>Certificates begin {@link #BACK_DATED} before now so that a client whose clock is a little behind accepts a tenant
 * made this second, and never outlive their authority.
 */
public final class CertificateAuthority {
    /** How far before now a certificate's life begins. */
    public static final Duration BACK_DATED = Duration.ofMinutes(5);

    /** How long a new authority lives. */
    public static final Duration AUTHORITY_VALIDITY = Duration.ofDays(VirtualClusterSpec.MAX_PKI_EXPIRE_DAYS);

    private static final int SERIAL_BITS = 159;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyedCertificate pair;

    private CertificateAuthority(KeyedCertificate pair) {
        this.pair = pair;
    }

    /** Makes a new self-signed authority. */
    public static CertificateAuthority create(String commonName, Instant now) {
        var keys = KeyPairs.generate();
        var name = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, commonName)
                .build();
        try {
            var utilities = new JcaX509ExtensionUtils();
            var builder = new JcaX509v3CertificateBuilder(
                            name,
                            serial(),
                            Date.from(now.minus(BACK_DATED)),
                            Date.from(now.plus(AUTHORITY_VALIDITY)),
                            name,
                            keys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .addExtension(
                            Extension.keyUsage,
                            true,
                            new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            utilities.createSubjectKeyIdentifier(keys.getPublic()));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
            var certificate = new JcaX509CertificateConverter().getCertificate(builder.build(signer));
            return new CertificateAuthority(new KeyedCertificate(certificate, keys.getPrivate()));
        } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
            throw new PkiException("cannot make the authority " + commonName, e);
        }
    }

    /** Takes a stored pair; throws {@link PkiException} when it is no authority or its halves do not match. */
    public static CertificateAuthority parse(String certificatePem, String keyPem) {
        var pair = KeyedCertificate.parse(certificatePem, keyPem);
        if (pair.certificate().getBasicConstraints() < 0) {
            throw new PkiException("holds a certificate that is no certificate authority");
        }
        return new CertificateAuthority(pair);
    }

    /** Throws {@link PkiException} when the authority is outside its validity: then nobody accepts what it has signed. */
    public void requireValid(Instant now) {
        var begin = pair.certificate().getNotBefore().toInstant();
        if (now.isBefore(begin)) {
            throw new PkiException("holds an authority that is not valid before " + begin
                    + ", and by the operator's clock it is " + now + ": one of its clocks was wrong, or is");
        }
        if (!now.isBefore(end())) {
            throw new PkiException("holds an authority that was valid until " + end());
        }
    }

    /** When the authority's life ends. */
    public Instant end() {
        return pair.certificate().getNotAfter().toInstant();
    }

    /** The authority's own certificate. */
    public X509Certificate certificate() {
        return pair.certificate();
    }

    /** The authority's certificate as PEM. */
    public String certificatePem() {
        return pair.certificatePem();
    }

    /** The authority's private key as PEM. */
    public String keyPem() {
        return pair.keyPem();
    }

    /** This object when {@code read} is the same authority, else {@code read}. */
    public CertificateAuthority orIfOther(CertificateAuthority read) {
        return pair.certificate().equals(read.pair.certificate()) && pair.key().equals(read.pair.key()) ? this : read;
    }

    /** Makes a key and a certificate for it. */
    public KeyedCertificate issue(LeafRequest request, Instant now) {
        var keys = KeyPairs.generate();
        return new KeyedCertificate(sign(keys.getPublic(), request, now), keys.getPrivate());
    }

    /** Signs a certificate for a key made elsewhere. */
    public X509Certificate sign(PublicKey key, LeafRequest request, Instant now) {
        try {
            var builder = leaf(key, request, now);
            var signer = new JcaContentSignerBuilder(KeyPairs.signatureAlgorithm(pair.key())).build(pair.key());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
            throw new PkiException("cannot sign a certificate for " + request.commonName(), e);
        }
    }

    private X509v3CertificateBuilder leaf(PublicKey key, LeafRequest request, Instant now)
            throws GeneralSecurityException, IOException {
        var issuer = new JcaX509CertificateHolder(pair.certificate());
        // Compared before anything is added: what is asked for may lie beyond the end of time.
        var left = Duration.between(now, end());
        var end = request.validity().compareTo(left) < 0 ? now.plus(request.validity()) : end();
        var utilities = new JcaX509ExtensionUtils();
        var builder = new JcaX509v3CertificateBuilder(
                        issuer.getSubject(),
                        serial(),
                        Date.from(now.minus(BACK_DATED)),
                        Date.from(end),
                        subject(request),
                        key)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes(request)))
                .addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        utilities.createAuthorityKeyIdentifier(pair.certificate()));
        var names = names(request);
        if (!names.isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
        }
        return builder;
    }

    private static X500Name subject(LeafRequest request) {
        var subject = new X500NameBuilder(BCStyle.INSTANCE);
        request.organizations().forEach(organization -> subject.addRDN(BCStyle.O, organization));
        return subject.addRDN(BCStyle.CN, request.commonName()).build();
    }

    private static KeyPurposeId[] purposes(LeafRequest request) {
        return request.usages().stream()
                .sorted()
                .map(CertificateAuthority::purpose)
                .toArray(KeyPurposeId[]::new);
    }

    static KeyPurposeId purpose(LeafRequest.Usage usage) {
        return switch (usage) {
            case SERVER -> KeyPurposeId.id_kp_serverAuth;
            case CLIENT -> KeyPurposeId.id_kp_clientAuth;
        };
    }

    private static List<GeneralName> names(LeafRequest request) {
        var names = new ArrayList<GeneralName>();
        request.dnsNames().stream().sorted().forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
        request.addresses().stream()
                .sorted()
                .forEach(address -> names.add(new GeneralName(GeneralName.iPAddress, address)));
        request.uris().stream()
                .sorted()
                .forEach(uri -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
        return names;
    }

    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS - 1);
    }
}
