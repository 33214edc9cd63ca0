// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.Provider;
import dev.virtualcluster.e2e.cluster.existing.ExistingProvider;
import dev.virtualcluster.e2e.demo.Programs;
import dev.virtualcluster.e2e.demo.StepFailedException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What cannot be done is one sentence; a stack trace is for what nobody thought of. */
class PlainErrorsTest {
    private final StringWriter said = new StringWriter();

    @TempDir
    private Path folder;

    @Command
    private record Failing(Callable<Integer> work) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            return work.call();
        }
    }

    private int run(Callable<Integer> work) {
        return new CommandLine(new Failing(work))
                .setExecutionExceptionHandler(new PlainErrors())
                .setErr(new PrintWriter(said, true))
                .execute();
    }

    @Test
    void knownFailuresAreOneLine() {
        for (RuntimeException known : List.of(
                new ClusterException("no cluster"),
                new StepFailedException("no cluster"),
                new UnsupportedOperationException("no cluster"))) {
            said.getBuffer().setLength(0);

            assertThat(run(() -> {
                        throw known;
                    }))
                    .isEqualTo(1);
            assertThat(said.toString().strip()).isEqualTo("no cluster");
        }
    }

    @Test
    void othersKeepTheirStackTrace() {
        run(() -> {
            throw new IllegalStateException("a bug");
        });

        assertThat(said.toString()).contains("IllegalStateException: a bug", "\tat ");
    }

    @Test
    void aClusterThatDoesNotAnswerIsOneLineWithTheReason() throws Exception {
        Path kubeconfig = folder.resolve("kubeconfig");
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://nowhere.invalid"}}]
                users: [{name: u, user: {token: t}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                current-context: c
                """);
        ClusterSettings settings = ClusterSettings.of(Map.of("PROVIDER", "existing"), folder);
        Progress silent = Progress.to(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));

        run(() -> {
            new ExistingProvider(Map.of("KUBECONFIG", kubeconfig.toString())).attach(settings, silent);
            return 0;
        });

        assertThat(said.toString().strip().lines()).hasSize(1);
        assertThat(said.toString()).contains(kubeconfig.toString(), "nowhere.invalid");
    }

    @Test
    void anExistingClusterIsLeftAndItIsSaidHowTheDemonstrationGoes() {
        ByteArrayOutputStream told = new ByteArrayOutputStream();

        new ExistingProvider(Map.of())
                .down(
                        ClusterSettings.of(Map.of("PROVIDER", "existing"), folder),
                        Progress.to(new PrintStream(told, true, StandardCharsets.UTF_8)));

        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains("left as it is", "kubectl delete virtualclusters", "helm uninstall virtualcluster");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k3s", "existing"})
    void whereImagesLieIsTheChartsOwnUnlessItIsSaid(String provider) {
        Provider chosen = Provider.parse(provider);

        assertThat(Programs.values(folder, chosen, "")).isEmpty();
        assertThat(Programs.values(folder, chosen, " registry.example.com/vc "))
                .containsExactly(Map.entry("images.registry", "registry.example.com/vc"));
    }
}
