// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.addons;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.operator.status.Outcome;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.exc.StreamReadException;

class AddOnInstallerTest {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration AT_ONCE = Duration.ofMillis(250);
    private static final TenantKey SLOW = new TenantKey("slow");
    private static final TenantKey OTHER = new TenantKey("other");

    @Test
    void looksAgainSoonWhileNobodyAnswers() {
        var outcome =
                AddOnInstaller.failed(new KubernetesClientException("refused", new IOException("refused")), AT_ONCE);

        assertThat(outcome).isInstanceOf(Outcome.Waiting.class);
        assertThat(outcome.nextLook())
                .hasValueSatisfying(delay -> assertThat(delay).isLessThan(SOON));
    }

    @Test
    void looksAgainSoonWhileTheApiServerStarts() {
        var overloaded = AddOnInstaller.failed(answer(503, "starting", "pods"), AT_ONCE);
        var tooEarly =
                AddOnInstaller.failed(answer(404, "namespaces \"kube-system\" not found", "namespaces"), AT_ONCE);

        assertThat(overloaded.nextLook())
                .hasValueSatisfying(delay -> assertThat(delay).isLessThan(SOON));
        assertThat(tooEarly.nextLook())
                .hasValueSatisfying(delay -> assertThat(delay).isLessThan(SOON));
    }

    @Test
    void saysWhatTheClientItselfRefuses() {
        var outcome = AddOnInstaller.failed(new KubernetesClientException("no metadata for Gizmo"), AT_ONCE);

        assertThat(outcome).isInstanceOf(Outcome.Blocked.class);
        assertThat(outcome.message()).isEqualTo("The add-ons cannot be applied: no metadata for Gizmo");
    }

    @Test
    void saysWhatTheClientCannotRead() {
        var unreadable = new KubernetesClientException(
                "An error has occurred.", new IOException(new StreamReadException("no JSON")));

        assertThat(AddOnInstaller.failed(unreadable, AT_ONCE)).isInstanceOf(Outcome.Blocked.class);
    }

    /** A fail-closed webhook of the tenant's is a 500. */
    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 409, 422, 429, 500, 504})
    void showsWhatTheApiServerSaysAndLeavesItInPeace(int code) {
        var outcome = AddOnInstaller.failed(answer(code, "failed calling webhook \"theirs\"", "deployments"), AT_ONCE);

        assertThat(outcome.message()).contains("failed calling webhook \"theirs\"");
        assertThat(outcome.nextLook()).contains(Duration.ofSeconds(30));
    }

    /** A webhook that refuses after as long as it may take. */
    @Test
    void leavesWhoRefusesSlowlyInPeaceForLonger() {
        var outcome = AddOnInstaller.failed(answer(500, "theirs", "deployments"), Duration.ofMinutes(2));

        assertThat(outcome.nextLook()).contains(Duration.ofMinutes(2));
    }

    @Test
    void asksATenantThatStartsSoonAndOneThatHoldsWorkersEverLater() {
        var patience = new Patience(System::nanoTime);

        for (int i = 0; i < 100; i++) {
            assertThat(patience.afterTry(OTHER, Duration.ofMillis(50))).isLessThan(SOON);
        }
        assertThat(patience.afterTry(SLOW, Duration.ofSeconds(15))).isLessThan(SOON);
        assertThat(patience.afterTry(SLOW, Duration.ofSeconds(15))).isLessThan(SOON);
        assertThat(patience.afterTry(SLOW, Duration.ofSeconds(15))).isEqualTo(Duration.ofSeconds(90));
        for (int i = 0; i < 20; i++) {
            assertThat(patience.afterTry(SLOW, Duration.ofSeconds(15))).isBetween(SOON, Duration.ofMinutes(5));
        }
        assertThat(patience.afterTry(SLOW, Duration.ofSeconds(15))).isEqualTo(Duration.ofMinutes(5));
        assertThat(patience.afterTry(OTHER, Duration.ofMillis(50))).isLessThan(SOON);
        patience.forget(SLOW);
        assertThat(patience.afterTry(SLOW, Duration.ofMillis(50))).isLessThan(SOON);
    }

    /** Events of his own pods would bring him up all the time. */
    @Test
    void asksNobodyWhoIsToBeLeftAlone() {
        var now = new AtomicLong();
        var patience = new Patience(now::get);
        var outcome = Outcome.waiting("Connecting", "does not answer", SOON);

        patience.rest(SLOW, Duration.ofSeconds(90), outcome);
        now.set(Duration.ofSeconds(80).toNanos());
        assertThat(patience.resting(SLOW)).hasValueSatisfying(found -> {
            assertThat(found.reason()).isEqualTo("Connecting");
            assertThat(found.nextLook()).contains(Duration.ofSeconds(10));
        });
        assertThat(patience.resting(OTHER)).isEmpty();
        now.set(Duration.ofSeconds(90).toNanos());
        assertThat(patience.resting(SLOW)).isEmpty();
    }

    /** The tenant writes it, and every look at the VirtualCluster would carry it. */
    @Test
    void showsTheBeginningOfALongRefusal() {
        var outcome = AddOnInstaller.failed(answer(403, "no! ".repeat(100_000), "deployments"), Duration.ZERO);

        assertThat(outcome.message()).contains("no! no!").hasSizeLessThan(1_200);
    }

    private static KubernetesClientException answer(int code, String message, String kind) {
        return new KubernetesClientException(new StatusBuilder()
                .withCode(code)
                .withMessage(message)
                .withNewDetails()
                .withKind(kind)
                .endDetails()
                .build());
    }
}
