// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis.names;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values as they were shipped: a change here strands the objects of every installed tenant. */
class NameTranslatorTest {
    private static final String UID = "2f1d1c52-7b0e-4b3e-9d6a-0d8f3c1b5a77";
    private static final TenantKey SHORT = TenantKey.of("default", "t1", UID);
    private static final TenantKey LONG = TenantKey.of("a".repeat(63), "b".repeat(63), UID);

    @Test
    void shortNamesStayReadable() {
        assertThat(SHORT.value()).isEqualTo("default-039f34-t1");
        assertThat(SHORT.rootNamespace()).isEqualTo("default-039f34-t1");
        assertThat(NameTranslator.superNamespace(SHORT, "shop")).isEqualTo("default-039f34-t1-shop");
    }

    @Test
    void longNamesAreCutAndClosedWithADigest() {
        assertThat(LONG.value()).isEqualTo("aaaaaaaaaaaaaaaaaaaaaaa-ctzw6zktiw6e7naq");
        assertThat(NameTranslator.superNamespace(LONG, "c".repeat(63)))
                .isEqualTo("aaaaaaaaaaaaaaaaaaaaaaa-ctzw6zktiw6e7naq-ccccc-ak2u7dll67akmhxv");
        assertThat(NameTranslator.superNamespace(SHORT, "c".repeat(63)))
                .isEqualTo("default-039f34-t1-cccccccccccccccccccccccccccc-dp7l42hync22jomo");
    }

    @Test
    void namesAreCutOnlyWhereTheyMust() {
        String fits = "n"
                .repeat(NameTranslator.MAX_NAMESPACE_LENGTH - 2 - SHORT.value().length());

        assertThat(NameTranslator.superNamespace(SHORT, fits)).isEqualTo(SHORT + "-" + fits);
        assertThat(NameTranslator.superNamespace(SHORT, fits + "n")).isNotEqualTo(SHORT + "-" + fits + "n");
    }

    @Test
    void aTenantCannotAimAtACutName() {
        // Given a namespace whose super name is cut
        String cut = NameTranslator.superNamespace(SHORT, "c".repeat(63));

        // When the tenant makes one whose plain super name would be just that
        String aimed = cut.substring(SHORT.value().length() + 1);

        // Then it gets another
        assertThat(NameTranslator.superNamespace(SHORT, aimed)).isNotEqualTo(cut);
    }

    @ParameterizedTest
    @CsvSource({
        "settings, settings",
        "kube-root-ca.crt, tenant-kube-root-ca.crt",
        "tenant-kube-root-ca.crt, tenant-tenant-kube-root-ca.crt",
        "tenant-tenant-kube-root-ca.crt, tenant-tenant-tenant-kube-root-ca.crt",
        "tenant-settings, tenant-settings",
        "kube-root-ca-crt, kube-root-ca-crt",
        "my-kube-root-ca.crt, my-kube-root-ca.crt",
    })
    void configMapsGiveWayToTheOneOfTheSuperCluster(String tenant, String expected) {
        assertThat(NameTranslator.superConfigMapName(tenant)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"10.97.4.0/24, vc-10-97-4-0-24", "fd00:10:97::/120, vc-fd00-10-97-120"})
    void slicesNameTheirObject(String slice, String expected) {
        assertThat(NameTranslator.serviceCidrName(slice)).isEqualTo(expected);
    }

    @Test
    void tokenSecretsAreNamedByThePod() {
        assertThat(NameTranslator.tokenSecretName(UID)).isEqualTo("vc-token-" + UID);
    }
}
