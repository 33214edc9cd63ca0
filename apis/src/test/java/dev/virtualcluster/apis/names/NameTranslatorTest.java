// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis.names;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The values as they were shipped: a change here strands the objects of every installed tenant. */
class NameTranslatorTest {
    private static final String UID = "2f1d1c52-7b0e-4b3e-9d6a-0d8f3c1b5a77";

    @Test
    void shortNamesStayReadable() {
        TenantKey key = TenantKey.of("default", "t1", UID);

        assertThat(key.value()).isEqualTo("default-039f34-t1");
        assertThat(key.rootNamespace()).isEqualTo("default-039f34-t1");
        assertThat(NameTranslator.superNamespace(key, "shop")).isEqualTo("default-039f34-t1-shop");
    }
}
