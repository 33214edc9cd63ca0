// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRecordTest {
    private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");

    @Test
    void readsWhatItWrote() {
        TokenRecord record = TokenRecord.EMPTY
                .with("kube-api-access-x.0", new TokenRecord.Issue(NOW, Duration.ofSeconds(3607)))
                .with("vault.1", new TokenRecord.Issue(NOW.plusMillis(5), Duration.ofMinutes(10)));

        assertThat(TokenRecord.parse(record.text())).isEqualTo(record);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "a=b;c", "a=2026-11-01T10:00:00Z;-5", "a=never;600"})
    void takesWhatItCannotReadForNotIssued(String text) {
        assertThat(TokenRecord.parse(text).tokens()).isEmpty();
    }

    @Test
    void renewsBefore80PercentOfLifeSpreadOverPods() {
        TokenRecord.Issue issue = new TokenRecord.Issue(NOW, Duration.ofMinutes(10));

        for (int i = 0; i < 200; i++) {
            Duration use = Duration.between(NOW, issue.due(UUID.randomUUID().toString()));
            assertThat(use).isBetween(Duration.ofSeconds(389), Duration.ofSeconds(479));
        }
        assertThat(Map.of(issue.due("a"), 1, issue.due("b"), 1)).as("spread").hasSize(2);
    }

    @Test
    void renewsLongLivedTokensDaily() {
        TokenRecord.Issue issue = new TokenRecord.Issue(NOW, Duration.ofDays(365));

        assertThat(issue.due("pod")).isEqualTo(NOW.plus(Duration.ofDays(1)));
    }
}
