// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.logging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExcerptTest {
    @Test
    void leavesShortTextsAlone() {
        assertThat(Excerpt.of("x".repeat(1000))).isEqualTo("x".repeat(1000));
    }

    @Test
    void cutsLongTextsBetweenCharacters() {
        String text = "x".repeat(999) + "\uD83D\uDE00" + "y".repeat(10);

        assertThat(Excerpt.of(text)).isEqualTo("x".repeat(999) + "... (12 more characters)");
    }
}
