// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DigestsTest {
    @Test
    void orderDoesNotMatter() {
        Map<String, String> other = new LinkedHashMap<>();
        other.put("b", "2");
        other.put("a", "1");

        assertThat(Digests.of(Map.of("a", "1", "b", "2"))).isEqualTo(Digests.of(other));
    }

    @Test
    void boundariesMatter() {
        assertThat(Digests.of(Map.of("a", "bc"))).isNotEqualTo(Digests.of(Map.of("ab", "c")));
        assertThat(Digests.of(Map.of("a", "1"), Map.of())).isNotEqualTo(Digests.of(Map.of(), Map.of("a", "1")));
    }

    @Test
    void nothingIsTheSameAsEmpty() {
        assertThat(Digests.of((Map<String, String>) null)).isEqualTo(Digests.of(Map.of()));
    }
}
