// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AddressRangeTest {
    @Test
    void knowsItsAddresses() {
        assertThat(AddressRange.anyContains("10.97.1.0/24", "10.97.1.255")).isTrue();
        assertThat(AddressRange.anyContains("10.97.1.0/24", "10.97.2.0")).isFalse();
        assertThat(AddressRange.anyContains("10.97.1.0/24, fd00:1::/112", "fd00:1::77"))
                .isTrue();
        assertThat(AddressRange.anyContains("10.97.1.0/24,fd00:1::/112", "fd00:2::77"))
                .isFalse();
    }

    @Test
    void withoutRangeNothingIsInside() {
        assertThat(AddressRange.anyContains("", "10.97.1.1")).isFalse();
    }

    @Test
    void addressesAreNeverLookedUp() {
        assertThatThrownBy(() -> AddressRange.anyContains("10.97.1.0/24", "evil.example.com"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void listsWhatServicesCanHave() {
        assertThat(AddressRange.parse("10.97.1.0/29").assignable(100))
                .containsExactly("10.97.1.1", "10.97.1.2", "10.97.1.3", "10.97.1.4", "10.97.1.5", "10.97.1.6");
        assertThat(AddressRange.parse("200.97.0.0/30").assignable(100)).containsExactly("200.97.0.1", "200.97.0.2");
        assertThat(AddressRange.parse("10.0.0.0/8").assignable(100)).isEmpty();
    }
}
