// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.pki;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * What a PKCS#10 request asks for. Parsing proves that the asker has the private key.
 *
 * @param commonName the subject's CN
 * @param organizations the subject's O values
 * @param dnsNames DNS alternative names
 * @param addresses IP alternative names in their one spelling
 * @param otherNames alternative names of any other kind
 * @param key the public key
 */
public record CertificateRequest(
        String commonName,
        List<String> organizations,
        Set<String> dnsNames,
        Set<String> addresses,
        Set<String> otherNames,
        PublicKey key) {
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** Reads PEM; throws {@link PkiException} when it is no request or is not signed with its own key. */
    public static CertificateRequest parse(String pem) {
        try (var parser = new PEMParser(new StringReader(pem))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest request)) {
                throw new PkiException("is not a PEM certificate request");
            }
            var verifier = new JcaContentVerifierProviderBuilder().build(request.getSubjectPublicKeyInfo());
            if (!request.isSignatureValid(verifier)) {
                throw new PkiException("is not signed with its own key");
            }
            return read(new JcaPKCS10CertificationRequest(request));
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | IllegalArgumentException e) {
            throw new PkiException("is not a PEM certificate request", e);
        }
    }

    /** An address in the spelling in which addresses are compared here; anything else unchanged. */
    public static String canonical(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            return text;
        }
        try {
            return InetAddress.getByName(text).getHostAddress();
        } catch (UnknownHostException e) {
            return text;
        }
    }

    private static CertificateRequest read(JcaPKCS10CertificationRequest request) throws GeneralSecurityException {
        var dns = new TreeSet<String>();
        var addresses = new TreeSet<String>();
        var others = new TreeSet<String>();
        var extensions = request.getRequestedExtensions();
        var names =
                extensions == null ? null : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        if (names != null) {
            for (GeneralName name : names.getNames()) {
                switch (name.getTagNo()) {
                    case GeneralName.dNSName -> dns.add(String.valueOf(name.getName()));
                    case GeneralName.iPAddress -> addresses.add(address(name));
                    default -> others.add("kind " + name.getTagNo());
                }
            }
        }
        return new CertificateRequest(
                values(request, true).stream().findFirst().orElse(""),
                values(request, false),
                dns,
                addresses,
                others,
                request.getPublicKey());
    }

    private static String address(GeneralName name) {
        try {
            return InetAddress.getByAddress(
                            ASN1OctetString.getInstance(name.getName()).getOctets())
                    .getHostAddress();
        } catch (UnknownHostException e) {
            throw new PkiException("names an address that is none", e);
        }
    }

    private static List<String> values(JcaPKCS10CertificationRequest request, boolean commonName) {
        return Arrays.stream(request.getSubject().getRDNs(commonName ? BCStyle.CN : BCStyle.O))
                .map(rdn -> IETFUtils.valueToString(rdn.getFirst().getValue()))
                .toList();
    }
}
