// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.serving;

import dev.virtualcluster.apis.Keys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
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

/** A fresh key and the request for a certificate of it. */
final class SigningRequest {
    private static final byte[] NEWLINE = {'\n'};

    private final KeyPair keys;
    private final String pem;

    private SigningRequest(KeyPair keys, String pem) {
        this.keys = keys;
        this.pem = pem;
    }

    /** A request for the agent of {@code nodeName} at {@code addresses}. Makes a key: some milliseconds. */
    static SigningRequest create(String nodeName, NodeAddresses addresses) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            List<GeneralName> names = new ArrayList<>();
            addresses.ips().forEach(ip -> names.add(new GeneralName(GeneralName.iPAddress, ip)));
            addresses.names().forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            var request = new JcaPKCS10CertificationRequestBuilder(
                            new X500NameBuilder(BCStyle.INSTANCE)
                                    .addRDN(BCStyle.O, Keys.AGENT_SERVING_ORGANIZATION)
                                    .addRDN(BCStyle.CN, Keys.AGENT_SERVING_COMMON_NAME_PREFIX + nodeName)
                                    .build(),
                            keys.getPublic())
                    .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
            return new SigningRequest(keys, pem("CERTIFICATE REQUEST", request.getEncoded()));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("cannot make a key and a signing request", e);
        }
    }

    /** The request, PEM. */
    String pem() {
        return pem;
    }

    /** The private key, PEM of PKCS #8. */
    String keyPem() {
        return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /** The keys. */
    KeyPair keys() {
        return keys;
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + new String(Base64.getMimeEncoder(64, NEWLINE).encode(der), StandardCharsets.US_ASCII) + "\n-----END "
                + type + "-----\n";
    }
}
