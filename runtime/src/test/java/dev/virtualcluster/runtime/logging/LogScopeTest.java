// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.logging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class LogScopeTest {
    @Test
    void restoresWhatWasThereBefore() {
        try (LogScope _ = LogScope.of(LogKeys.TENANT, "outer").with(LogKeys.KIND, "Pod")) {
            try (LogScope _ = LogScope.of(LogKeys.TENANT, "inner").with(LogKeys.NAME, "x")) {
                assertThat(MDC.get(LogKeys.TENANT)).isEqualTo("inner");
                assertThat(MDC.get(LogKeys.KIND)).isEqualTo("Pod");
            }
            assertThat(MDC.get(LogKeys.TENANT)).isEqualTo("outer");
            assertThat(MDC.get(LogKeys.NAME)).isNull();
        }
        assertThat(MDC.get(LogKeys.TENANT)).isNull();
    }
}
