// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.ClientSSLOptions;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class CipherSuitesTest {
    @Test
    void thisRuntimeEnablesAllOfThem() throws Exception {
        assertThat(SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites())
                .containsAll(CipherSuites.PREFERRED);
    }

    @Test
    void theirOrderIsKept() {
        assertThat(CipherSuites.applyTo(new ClientSSLOptions()).getEnabledCipherSuites())
                .containsExactlyElementsOf(CipherSuites.PREFERRED);
    }
}
