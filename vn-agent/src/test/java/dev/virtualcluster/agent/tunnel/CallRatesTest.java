// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.agent.http.RefusedException;
import dev.virtualcluster.apis.names.TenantKey;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallRatesTest {
    private static final TenantKey ONE = new TenantKey("one");
    private static final TenantKey OTHER = new TenantKey("other");

    private final AtomicLong now = new AtomicLong();
    private final CallRates rates = new CallRates(10, 20, now::get);

    @Test
    void allowsABurstAndThenTheRate() {
        for (int i = 0; i < 20; i++) {
            rates.take(ONE);
        }
        assertThatThrownBy(() -> rates.take(ONE)).isInstanceOf(RefusedException.class);
        now.addAndGet(Duration.ofMillis(100).toNanos());
        assertThatCode(() -> rates.take(ONE)).doesNotThrowAnyException();
        assertThatThrownBy(() -> rates.take(ONE)).isInstanceOf(RefusedException.class);
    }

    @Test
    void keepsTenantsApart() {
        for (int i = 0; i < 20; i++) {
            rates.take(ONE);
        }
        assertThatCode(() -> rates.take(OTHER)).doesNotThrowAnyException();
    }

    @Test
    void savesNoMoreThanABurst() {
        now.addAndGet(Duration.ofHours(1).toNanos());
        for (int i = 0; i < 20; i++) {
            rates.take(ONE);
        }
        assertThatThrownBy(() -> rates.take(ONE)).isInstanceOf(RefusedException.class);
    }
}
