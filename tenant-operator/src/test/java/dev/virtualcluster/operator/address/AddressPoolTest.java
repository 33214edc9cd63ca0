// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.runtime.addresses.Cidr;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The slices of a pool. */
class AddressPoolTest {
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
}
