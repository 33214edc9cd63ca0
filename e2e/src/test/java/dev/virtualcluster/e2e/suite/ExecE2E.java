// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.demo.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code kubectl exec}, {@code attach} and {@code cp} through the node agent, over WebSocket and over SPDY. */
@ExtendWith(Stage.class)
class ExecE2E {
    /** The size travels beside the command, and a fast command may ask before it is there. */
    private static final String SIZE_OF_TERMINAL = "'tty; for i in 1 2 3 4 5 6 7 8 9 10; do"
            + " [ \"$(stty size)\" = \"0 0\" ] || break; sleep 0.2; done; stty size'";

    private static Workspace workspace;

    @BeforeAll
    static void pod() throws Exception {
        workspace = Workspace.of(Stage.red(), "exec");
        workspace.apply(Pods.idle("shell"));
        workspace.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: listener}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - {name: main, image: '%s', stdin: true, command: [sh, -c, "while read line; do echo heard $line; done; sleep 3600"]}
                """.formatted(Pods.image()));
        workspace.awaitPod("shell");
        workspace.awaitPod("listener");
    }

    @AfterAll
    static void clean() throws Exception {
        workspace.close();
    }

    @Test
    void exitStatusAndBothOutputsComeBack() throws Exception {
        var outcome = workspace.attempt("exec", "shell", "--", "sh", "-c", "echo out; echo err >&2; exit 42");
        assertThat(outcome.exit()).isEqualTo(42);
        assertThat(outcome.out()).isEqualTo("out\n");
        assertThat(outcome.err()).startsWith("err\n");
    }

    @Test
    void inputReachesTheProcessAndItsEndToo() throws Exception {
        String text = "0123456789abcdef\n".repeat(100_000);
        var outcome = workspace
                .command("exec", "-i", "shell", "--", "md5sum")
                .reading(text)
                .run();
        assertThat(outcome.exit()).as(outcome.err()).isZero();
        var local = Command.of("md5sum").reading(text).run();
        assertThat(outcome.out()).isEqualTo(local.out());
    }

    @Test
    void worksOverSpdyAsOlderClientsSpeakIt() throws Exception {
        var outcome = workspace
                .command("exec", "-i", "shell", "--", "sh", "-c", "cat; exit 5")
                .with("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", "false")
                .reading("spdy\n")
                .run();
        assertThat(outcome.out()).isEqualTo("spdy\n");
        assertThat(outcome.exit()).isEqualTo(5);
    }

    @Test
    void terminalIsATerminal() throws Exception {
        // script(1) gives kubectl a terminal, as a person has one.
        String kubectl = String.join(
                " ",
                workspace
                        .command("exec", "-it", "shell", "--", "sh", "-c", SIZE_OF_TERMINAL)
                        .arguments());
        var outcome = new Command(
                        java.util.List.of("script", "-qec", "stty rows 30 cols 90; " + kubectl, "/dev/null"),
                        Map.of("KUBECONFIG", workspace.kubectl().kubeconfig().toString(), "TERM", "xterm"),
                        null,
                        Duration.ofSeconds(30))
                .run();
        assertThat(outcome.out()).contains("/dev/pts/").contains("30 90");
    }

    @Test
    void attachHearsAndSpeaks() throws Exception {
        var process = workspace.command("attach", "-i", "listener").start();
        try (var input = process.outputWriter();
                var output = process.inputReader()) {
            input.write("hello\n");
            input.flush();
            assertThat(output.readLine()).isEqualTo("heard hello");
        } finally {
            process.destroy();
        }
    }

    @Test
    void copiesFilesThereAndBack(@TempDir Path folder) throws Exception {
        byte[] bytes = new byte[3_000_000];
        new SecureRandom().nextBytes(bytes);
        Path there = Files.write(folder.resolve("there"), bytes);
        Path back = folder.resolve("back");
        workspace.run("cp", there.toString(), "shell:/tmp/copied");
        workspace.run("cp", "shell:/tmp/copied", back.toString());
        assertThat(back).hasBinaryContent(bytes);
    }

    @Test
    void absentPodAndCommandAreClearErrors() throws Exception {
        assertThat(workspace.attempt("exec", "nobody", "--", "true").err())
                .contains("nobody")
                .doesNotContain(Stage.red().key());
        var absent = workspace.attempt("exec", "shell", "--", "no-such-program");
        assertThat(absent.exit()).isNotZero();
        assertThat(absent.err())
                .contains("no-such-program")
                .doesNotContain(Stage.red().key());
    }
}
