// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.addons;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.operator.status.Outcome;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddOnInstallerTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    @Test
    void looksAgainSoonWhileNobodyAnswers() {
        var outcome = AddOnInstaller.failed(new KubernetesClientException("refused", new IOException("refused")));

        assertThat(outcome).isInstanceOf(Outcome.Waiting.class);
        assertThat(outcome.nextLook())
                .hasValueSatisfying(delay -> assertThat(delay).isLessThan(SOON));
    }

    @Test
    void looksAgainSoonWhileTheApiServerStarts() {
        var overloaded = AddOnInstaller.failed(answer(503, "starting", "pods"));
        var tooEarly = AddOnInstaller.failed(answer(404, "namespaces \"kube-system\" not found", "namespaces"));

        assertThat(overloaded.nextLook())
                .hasValueSatisfying(delay -> assertThat(delay).isLessThan(SOON));
        assertThat(tooEarly.nextLook())
                .hasValueSatisfying(delay -> assertThat(delay).isLessThan(SOON));
    }

    /** A fail-closed webhook of the tenant's is a 500. */
    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 409, 422, 429, 500, 504})
    void showsWhatTheApiServerSaysAndLeavesItInPeace(int code) {
        var outcome = AddOnInstaller.failed(answer(code, "failed calling webhook \"theirs\"", "deployments"));

        assertThat(outcome.message()).contains("failed calling webhook \"theirs\"");
        assertThat(outcome.nextLook()).contains(Duration.ofSeconds(30));
    }

    /** The tenant writes it, and every look at the VirtualCluster would carry it. */
    @Test
    void showsTheBeginningOfALongRefusal() {
        var outcome = AddOnInstaller.failed(answer(403, "no! ".repeat(100_000), "deployments"));

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
