// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.tls;

import io.vertx.core.net.SSLOptions;
import java.util.List;

/**
 * Which cipher suites our connections use, in order of preference: the authenticated ones with forward secrecy, ChaCha20
 * first. Our images run with the first compiler alone, which does not use the processor's instructions for AES: there
 * ChaCha20 is four times as fast. Servers of Go, Kubernetes' among them, follow a client that puts it first
 * ({@code aesgcmPreferred} in Go's {@code crypto/tls}); a peer that does not know it takes AES.
 */
public final class CipherSuites {
    /** JSSE's names. */
    static final List<String> PREFERRED = List.of(
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");

    private CipherSuites() {}

    /** Sets them; returns the same options. */
    public static <T extends SSLOptions> T applyTo(T options) {
        PREFERRED.forEach(options::addEnabledCipherSuite);
        return options;
    }
}
