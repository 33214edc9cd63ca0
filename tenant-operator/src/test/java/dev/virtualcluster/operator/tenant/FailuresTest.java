// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.operator.status.Outcome;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private static final ObjectKey KEY = new ObjectKey("ns", "demo");
    private static final RuntimeException DEFECT = new NullPointerException("a.b is null");

    private final AtomicLong now = new AtomicLong();
    private final Failures failures = new Failures(now::get);

    @Test
    void tellsOfADefectAtOnceAndKeepsItsInsidesOut() {
        assertThat(failures.failed(KEY, DEFECT, true)).hasValueSatisfying(told -> {
            assertThat(told).isInstanceOf(Outcome.Blocked.class);
            assertThat(told.reason()).isEqualTo("InternalError");
            assertThat(told.message()).contains("Its log says").doesNotContain("a.b", "Exception");
        });
    }

    @Test
    void saysNothingOfWhatIsOverInAMomentOfOneThatHasAStatus() {
        assertThat(failures.failed(KEY, answer("down"), true)).isEmpty();
        pass(Duration.ofSeconds(9));
        assertThat(failures.failed(KEY, answer("down"), true)).isEmpty();
        assertThat(failures.failed(KEY, answer("down"), true)).isEmpty();
    }

    @Test
    void tellsOfWhatLastsInTheWordsOfTheApiServer() {
        failures.failed(KEY, answer("failed calling webhook x"), true);
        failures.failed(KEY, answer("failed calling webhook x"), true);
        pass(Duration.ofSeconds(10));

        assertThat(failures.failed(KEY, answer("failed calling webhook x"), true))
                .hasValueSatisfying(told -> {
                    assertThat(told).isInstanceOf(Outcome.Blocked.class);
                    assertThat(told.reason()).isEqualTo("Failing");
                    assertThat(told.message()).contains("failed calling webhook x");
                });
    }

    @Test
    void beginsAnewOnceALookCameToItsEnd() {
        failures.failed(KEY, answer("down"), true);
        failures.failed(KEY, answer("down"), true);
        pass(Duration.ofSeconds(10));

        failures.ended(KEY);

        assertThat(failures.failed(KEY, answer("down"), true)).isEmpty();
    }

    @Test
    void aNewOneIsNeverWithoutAStatus() {
        assertThat(failures.failed(KEY, new KubernetesClientException("no", new IOException("refused")), false))
                .hasValueSatisfying(told -> {
                    assertThat(told).isInstanceOf(Outcome.Waiting.class);
                    assertThat(told.message()).contains("does not answer").doesNotContain("IOException");
                });
    }

    /** Every status that is written brings up the next look, which would be told in other words, and so on. */
    @Test
    void staysWithItsWordsForAMinute() {
        failures.failed(KEY, answer("request 1"), true);
        failures.failed(KEY, answer("request 2"), true);
        pass(Duration.ofSeconds(10));
        var told = failures.failed(KEY, answer("request 3"), true);

        pass(Duration.ofSeconds(59));
        assertThat(failures.failed(KEY, answer("request 4"), true)).isEqualTo(told);
        pass(Duration.ofSeconds(1));
        assertThat(failures.failed(KEY, answer("request 5"), true))
                .hasValueSatisfying(again -> assertThat(again.message()).contains("request 5"));
    }

    @Test
    void saysNothingWhileTheProcessStops() {
        assertThat(failures.failed(KEY, new KubernetesClientException("no", new InterruptedException()), false))
                .isEmpty();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static KubernetesClientException answer(String message) {
        return new KubernetesClientException(
                "Failure executing: PATCH",
                500,
                new StatusBuilder().withCode(500).withMessage(message).build());
    }
}
