// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.pki;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.ECGenParameterSpec;

/** Key pairs: all new ones are EC P-256, because RSA keys cost seconds of processor when many tenants come at once. */
public final class KeyPairs {
    private static final byte[] PROBE = "does this key belong to that one".getBytes(StandardCharsets.US_ASCII);

    private KeyPairs() {}

    /** A new EC P-256 pair. */
    public static KeyPair generate() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new PkiException("cannot make an EC key pair", e);
        }
    }

    /** Whether both halves belong together, found out by signing and verifying. */
    public static boolean match(PrivateKey key, PublicKey publicKey) {
        try {
            var signature = Signature.getInstance(signatureAlgorithm(key));
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    static String signatureAlgorithm(PrivateKey key) {
        return key instanceof RSAPrivateKey || "RSA".equals(key.getAlgorithm()) ? "SHA256withRSA" : "SHA256withECDSA";
    }
}
