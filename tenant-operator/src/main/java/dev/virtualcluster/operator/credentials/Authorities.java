// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.credentials;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.pki.CertificateAuthority;
import dev.virtualcluster.operator.pki.KeyPairs;
import dev.virtualcluster.operator.pki.Pem;
import dev.virtualcluster.operator.pki.PkiException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant's trust hangs on: three authorities and the service-account key. They are made once; a stored one is
 * never replaced, not even when it cannot be read, because that would silently break every client and every token.
 *
 * @param tenant authority of the API server and its clients
 * @param etcd authority of etcd, its members and its one client
 * @param frontProxy authority of the front proxy's client certificate
 * @param serviceAccountPublicPem public half of the service-account key
 */
public record Authorities(
        CertificateAuthority tenant,
        CertificateAuthority etcd,
        CertificateAuthority frontProxy,
        String serviceAccountPublicPem) {
    private static final List<String> CERTIFICATE_AUTHORITIES =
            List.of(Keys.ROOT_CA_SECRET, Keys.ETCD_CA_SECRET, Keys.FRONT_PROXY_CA_SECRET);

    /**
     * The end of an authority's life.
     *
     * @param secret the Secret that holds it
     * @param at when it ends
     */
    public record Ending(String secret, Instant at) {}

    /** The Secrets that must be created because nothing of their name is stored. */
    public static List<SecretContent> missing(Map<String, Map<String, String>> stored, String key, Instant now) {
        var missing = new ArrayList<SecretContent>();
        for (String secret : CERTIFICATE_AUTHORITIES) {
            if (!stored.containsKey(secret)) {
                var authority = CertificateAuthority.create(key + "-" + purpose(secret), now);
                missing.add(tls(secret, authority.certificatePem(), authority.keyPem()));
            }
        }
        if (!stored.containsKey(Keys.SERVICE_ACCOUNT_KEY_SECRET)) {
            var pair = KeyPairs.generate();
            missing.add(
                    tls(Keys.SERVICE_ACCOUNT_KEY_SECRET, Pem.encode(pair.getPublic()), Pem.encode(pair.getPrivate())));
        }
        return missing;
    }

    /** Reads the stored authorities; throws {@link StoredAuthorityException} when one of them cannot be used now. */
    public static Authorities read(Map<String, Map<String, String>> stored, Instant now) {
        return new Authorities(
                authority(stored, Keys.ROOT_CA_SECRET, now),
                authority(stored, Keys.ETCD_CA_SECRET, now),
                authority(stored, Keys.FRONT_PROXY_CA_SECRET, now),
                serviceAccountKey(stored));
    }

    /** Which authority ends first. */
    Ending firstEnding() {
        return Stream.of(
                        new Ending(Keys.ROOT_CA_SECRET, tenant.end()),
                        new Ending(Keys.ETCD_CA_SECRET, etcd.end()),
                        new Ending(Keys.FRONT_PROXY_CA_SECRET, frontProxy.end()))
                .min(Comparator.comparing(Ending::at))
                .orElseThrow();
    }

    private static CertificateAuthority authority(Map<String, Map<String, String>> stored, String secret, Instant now) {
        var data = data(stored, secret);
        try {
            var authority =
                    CertificateAuthority.parse(value(data, secret, Keys.TLS_CERT), value(data, secret, Keys.TLS_KEY));
            authority.requireValid(now);
            return authority;
        } catch (PkiException e) {
            throw new StoredAuthorityException(secret, e.getMessage(), e);
        }
    }

    private static String serviceAccountKey(Map<String, Map<String, String>> stored) {
        String secret = Keys.SERVICE_ACCOUNT_KEY_SECRET;
        var data = data(stored, secret);
        try {
            String publicPem = value(data, secret, Keys.TLS_CERT);
            if (!KeyPairs.match(Pem.privateKey(value(data, secret, Keys.TLS_KEY)), Pem.publicKey(publicPem))) {
                throw new PkiException("holds two keys that do not belong together");
            }
            return publicPem;
        } catch (PkiException e) {
            throw new StoredAuthorityException(secret, e.getMessage(), e);
        }
    }

    private static Map<String, String> data(Map<String, Map<String, String>> stored, String secret) {
        return Optional.ofNullable(stored.get(secret))
                .orElseThrow(() -> new StoredAuthorityException(secret, "is not stored", null));
    }

    private static String value(Map<String, String> data, String secret, String key) {
        return Optional.ofNullable(data.get(key))
                .orElseThrow(() -> new StoredAuthorityException(secret, "lacks the key " + key, null));
    }

    private static SecretContent tls(String name, String certificate, String key) {
        return new SecretContent(name, SecretContent.TLS, Map.of(Keys.TLS_CERT, certificate, Keys.TLS_KEY, key));
    }

    private static String purpose(String secret) {
        return switch (secret) {
            case Keys.ETCD_CA_SECRET -> "etcd-ca";
            case Keys.FRONT_PROXY_CA_SECRET -> "front-proxy-ca";
            default -> "ca";
        };
    }

    /** A stored authority that cannot be used. A person must restore it, or delete it and accept a new one. */
    public static final class StoredAuthorityException extends RuntimeException {
        StoredAuthorityException(String secret, @Nullable String problem, @Nullable Throwable cause) {
            super(
                    "Secret " + secret + " " + problem
                            + ". Restore it from a backup, or delete it to have a new one made:"
                            + " that ends every credential derived from it",
                    cause);
        }
    }
}
