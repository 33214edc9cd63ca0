// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A token mounted with the shortest life that Kubernetes allows, ten minutes, still opens the API server after that
 * life is over, because it was renewed in place. Takes longer than those ten minutes.
 */
@ExtendWith(Stage.class)
@Execution(ExecutionMode.CONCURRENT)
class TokenRefreshE2E {
    private static final Duration LIMIT = Duration.ofMinutes(13);
    private static final Pattern EXPIRY = Pattern.compile("\"exp\":(\\d+)");

    @Test
    void aTokenIsStillValidAfterItsFirstExpiry() throws Exception {
        try (Workspace workspace = Workspace.of(Stage.red(), "renew")) {
            workspace.applyAndWait(
                    Pods.idle("holder")
                            .replace(
                                    "args: [pause]}",
                                    "args: [pause], volumeMounts: [{name: t, mountPath: /t}]}\n"
                                            + "  volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: token, expirationSeconds: 600}}]}}]"),
                    "holder");
            Instant first = expiry(workspace);
            assertThat(first).isBefore(Instant.now().plusSeconds(610));
            Eventually.holds(LIMIT, () -> assertThat(Instant.now()).isAfter(first.plusSeconds(5)));
            // Other suites restart things meanwhile; the pod is reached in the end.
            Eventually.holds(Duration.ofMinutes(5), () -> {
                assertThat(expiry(workspace)).isAfter(first);
                assertThat(
                                workspace.run(
                                        "exec",
                                        "holder",
                                        "--",
                                        "sh",
                                        "-c",
                                        "curl -sS -k -o /dev/null -w '%{http_code}' -H \"Authorization: Bearer $(cat /t/token)\" https://kubernetes.default.svc/version"))
                        .isEqualTo("200");
            });
        }
    }

    private static Instant expiry(Workspace workspace) throws Exception {
        String token = workspace.run("exec", "holder", "--", "cat", "/t/token");
        Matcher matcher = EXPIRY.matcher(new String(Base64.getUrlDecoder().decode(token.split("\\.")[1])));
        assertThat(matcher.find()).isTrue();
        return Instant.ofEpochSecond(Long.parseLong(matcher.group(1)));
    }
}
