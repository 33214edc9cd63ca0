// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.addresses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @Test
    void handsOutAllAddressesButNetworkAndBroadcast() {
        var slice = Cidr.parse("10.97.1.0/24");

        assertThat(slice.assignable())
                .hasSize(254)
                .startsWith("10.97.1.1", "10.97.1.2")
                .endsWith("10.97.1.254");
        assertThat(slice.assignableCount()).isEqualTo(254);
    }

    @Test
    void writesAddressesAsTheApiServerNamesThem() {
        assertThat(Cidr.parse("fd00:10:97::100/120").address(1)).isEqualTo("fd00:10:97::101");
        assertThat(Cidr.parse("::/120").address(1)).isEqualTo("::1");
        assertThat(Cidr.parse("fd00:0:0:1::/64").toString()).isEqualTo("fd00:0:0:1::/64");
        assertThat(Cidr.parse("1:0:0:2:0:0:0:0/64").toString()).isEqualTo("1:0:0:2::/64");
        assertThat(Cidr.parse("fd00:0:1:0:1:0:1:0/112").toString()).isEqualTo("fd00:0:1:0:1:0:1:0/112");
        assertThat(Cidr.parse("255.255.255.0/24").address(255)).isEqualTo("255.255.255.255");
    }

    @Test
    void tellsWhetherAnAddressLiesInOneOfSeveralRanges() {
        assertThat(Cidr.anyContains("10.97.1.0/24", "10.97.1.255")).isTrue();
        assertThat(Cidr.anyContains("10.97.1.0/24", "10.97.2.0")).isFalse();
        assertThat(Cidr.anyContains("10.97.1.0/24, fd00:1::/112", "fd00:1::77")).isTrue();
        assertThat(Cidr.anyContains("10.97.1.0/24,fd00:1::/112", "fd00:2::77")).isFalse();
        assertThat(Cidr.anyContains("", "10.97.1.1")).isFalse();
    }

    @Test
    void addressesAreNeverLookedUp() {
        assertThatThrownBy(() -> Cidr.anyContains("10.97.1.0/24", "evil.example.com"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void handsOutIpv6AddressesToo() {
        assertThat(Cidr.parse("fd00:1::/120").assignable())
                .hasSize(255)
                .startsWith("fd00:1::1")
                .endsWith("fd00:1::ff");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.97.0.0", "10.97.0.1/24", "10.97.0.0/33", "example.org/24", "10.97.0.0/x", "::1/64"})
    void refusesWhatIsNoRange(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
