// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
    void cutsSlicesThatDoNotOverlap() {
        var pool = new AddressPool(Cidr.parse("10.97.0.0/16"), 24);

        var free =
                pool.free(List.of(Cidr.parse("10.97.0.0/24"), Cidr.parse("10.97.2.0/23"), Cidr.parse("10.0.0.0/12")));

        assertThat(free.limit(3).map(Cidr::toString)).containsExactly("10.97.1.0/24", "10.97.4.0/24", "10.97.5.0/24");
        assertThat(pool.free(List.of(Cidr.parse("10.0.0.0/8")))).isEmpty();
        assertThat(pool.free(List.of())).hasSize(256);
    }

    @Test
    void refusesSlicesOutsideThePoolOrOfOddSize() {
        var pool = new AddressPool(Cidr.parse("10.97.0.0/16"), 24);

        assertThat(pool.whyRefused(Cidr.parse("10.97.3.0/24"))).isEmpty();
        assertThat(pool.whyRefused(Cidr.parse("10.96.0.0/24")).orElseThrow()).contains("does not lie within the pool");
        assertThat(pool.whyRefused(Cidr.parse("10.97.0.0/30")).orElseThrow()).contains("too small");
        assertThat(pool.whyRefused(Cidr.parse("10.97.0.0/16")).orElseThrow()).contains("too big");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.97.0.0", "10.97.0.1/24", "10.97.0.0/33", "example.org/24", "10.97.0.0/x", "::1/64"})
    void refusesWhatIsNoRange(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
