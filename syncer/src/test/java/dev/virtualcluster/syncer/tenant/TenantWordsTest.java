// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.names.NameTranslator;
import dev.virtualcluster.syncer.testing.PaperTenant;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import org.junit.jupiter.api.Test;

class TenantWordsTest {
    private static final String LONG = "n".repeat(60);

    private final PaperTenant tenant = new PaperTenant().with(namespace("shop")).with(namespace(LONG));

    @Test
    void replacesSuperNamespaces() {
        assertThat(TenantWords.of(tenant, "pods \"web\" in namespace " + tenant.superNamespace("shop") + " failed"))
                .isEqualTo("pods \"web\" in namespace shop failed");
    }

    @Test
    void replacesNamespacesWhoseNamesWereCut() {
        assertThat(TenantWords.of(tenant, "in " + tenant.superNamespace(LONG) + ": no"))
                .isEqualTo("in " + LONG + ": no");
    }

    @Test
    void replacesTheKeyItself() {
        assertThat(TenantWords.of(tenant, "of " + tenant.key())).isEqualTo("of acme");
    }

    @Test
    void replacesTranslatedObjectNames() {
        assertThat(TenantWords.of(
                        tenant,
                        "configmap \"tenant-kube-root-ca.crt\" and secret"
                                + " \"vc-token-0b5e3cf6-7a4c-4a4a-9b4e-2f0a1d2c3b4a\" not found"))
                .isEqualTo("configmap \"kube-root-ca.crt\" and secret \"service account token\" not found");
    }

    @Test
    void replacesWhateverNamesTheTranslatorMakes() {
        String token = NameTranslator.tokenSecretName("0b5e3cf6-7a4c-4a4a-9b4e-2f0a1d2c3b4a");
        String once = NameTranslator.superConfigMapName("kube-root-ca.crt");

        assertThat(TenantWords.of(tenant, "secret \"" + token + "\"")).isEqualTo("secret \"service account token\"");
        assertThat(TenantWords.of(tenant, "configmap \"" + NameTranslator.superConfigMapName(once) + "\""))
                .isEqualTo("configmap \"" + once + "\"");
    }

    @Test
    void leavesEverythingElseAlone() {
        String text = "0/3 nodes are available: 3 Insufficient cpu.";

        assertThat(TenantWords.of(tenant, text)).isEqualTo(text);
    }

    private static Namespace namespace(String name) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .build();
    }
}
