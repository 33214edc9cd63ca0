// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.agents;

import dev.virtualcluster.operator.pki.KeyPairs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/** Makes certificate requests as agents do, and as nobody should. */
public final class Requests {
    private Requests() {}

    /** A request signed with a new key. */
    public static String pem(String commonName, String organization, Set<String> names, Set<String> addresses) {
        return pem(commonName, organization, general(names, addresses), KeyPairs.generate(), null);
    }

    /** A request with a name of another kind beside those that are asked for. */
    static String pemWithUri(String commonName, String organization, Set<String> addresses, String uri) {
        var names = general(Set.of(), addresses);
        names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
        return pem(commonName, organization, names, KeyPairs.generate(), null);
    }

    /** A request for a key that is another's, signed with one's own. */
    static String pemOfAnothersKey(String commonName, String organization, Set<String> addresses) {
        return pem(
                commonName,
                organization,
                general(Set.of(), addresses),
                KeyPairs.generate(),
                KeyPairs.generate().getPrivate());
    }

    private static List<GeneralName> general(Set<String> names, Set<String> addresses) {
        var all = new ArrayList<GeneralName>();
        names.forEach(name -> all.add(new GeneralName(GeneralName.dNSName, name)));
        addresses.forEach(address -> all.add(new GeneralName(GeneralName.iPAddress, address)));
        return all;
    }

    private static String pem(
            String commonName, String organization, List<GeneralName> all, KeyPair keys, @Nullable PrivateKey signer) {
        var subject = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, organization)
                .addRDN(BCStyle.CN, commonName)
                .build();
        try {
            var extensions = new ExtensionsGenerator();
            if (!all.isEmpty()) {
                extensions.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(all.toArray(GeneralName[]::new)));
            }
            var builder = new JcaPKCS10CertificationRequestBuilder(subject, keys.getPublic());
            if (!all.isEmpty()) {
                builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            var request = builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(signer == null ? keys.getPrivate() : signer));
            return "-----BEGIN CERTIFICATE REQUEST-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(request.getEncoded())
                    + "\n-----END CERTIFICATE REQUEST-----\n";
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As a CertificateSigningRequest carries it. */
    public static String encoded(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }
}
