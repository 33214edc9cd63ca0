// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.demo.Streams;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kubectl logs} with each of its options, through the node agent. */
@ExtendWith(Stage.class)
class LogsE2E {
    private static Workspace workspace;

    @BeforeAll
    static void pods() throws Exception {
        workspace = Workspace.of(Stage.red(), "logs");
        workspace.apply(Pods.script(
                "counter", "Always", "for i in $(seq 20); do echo line $i; done; sleep 3; echo late; sleep 3600"));
        workspace.apply(Pods.script("crasher", "Always", "echo life $(date +%s%N); sleep 1; exit 3"));
        workspace.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: two}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - {name: first, image: '%1$s', command: [sh, -c, "echo from first; sleep 3600"]}
                  - {name: second, image: '%1$s', command: [sh, -c, "echo from second; sleep 3600"]}
                """.formatted(Pods.image()));
        workspace.awaitPod("counter");
        workspace.awaitPod("two");
        workspace
                .kubectl()
                .await(workspace.namespace, "pod/counter", "jsonpath={.status.phase}=Running", Duration.ofSeconds(60));
    }

    @AfterAll
    static void clean() throws Exception {
        workspace.close();
    }

    @Test
    void printsWhatTheContainerWrote() throws Exception {
        assertThat(workspace.run("logs", "counter"))
                .startsWith("line 1\nline 2\n")
                .contains("line 20\n");
    }

    @Test
    void tailCutsToTheLastLines() throws Exception {
        Eventually.holds(
                () -> assertThat(workspace.run("logs", "counter", "--tail=2")).isEqualTo("line 20\nlate\n"));
    }

    @Test
    void limitBytesCuts() throws Exception {
        assertThat(workspace.run("logs", "counter", "--limit-bytes=6")).isEqualTo("line 1");
    }

    @Test
    void sinceLeavesOutWhatIsOlder() throws Exception {
        Eventually.holds(() -> assertThat(workspace.run("logs", "counter")).contains("late"));
        assertThat(workspace.run("logs", "counter", "--since=1h"))
                .contains("line 1\n")
                .contains("late\n");
        Eventually.holds(
                () -> assertThat(workspace.run("logs", "counter", "--since=2s")).isEmpty());
    }

    @Test
    void sinceTimeLeavesOutWhatIsOlder() throws Exception {
        assertThat(workspace.run("logs", "counter", "--since-time=2020-01-01T00:00:00Z"))
                .contains("line 1\n");
        List<String> stamped = workspace
                .run("logs", "counter", "--timestamps", "--tail=1")
                .lines()
                .toList();
        Instant last = Instant.parse(stamped.getFirst().split(" ", 2)[0]);
        assertThat(workspace.run("logs", "counter", "--since-time=" + last.plusSeconds(60)))
                .isEmpty();
    }

    @Test
    void timestampsPrecedeEachLine() throws Exception {
        assertThat(workspace.run("logs", "counter", "--timestamps").lines())
                .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z .*"));
    }

    @Test
    void followStreamsWhatIsWrittenLater() throws Exception {
        workspace.apply(
                Pods.script("ticker", "Always", "i=0; while true; do i=$((i+1)); echo tick $i; sleep 0.2; done"));
        workspace.awaitPod("ticker");
        String seen = Streams.firstLines(workspace.command("logs", "-f", "ticker"), 15, Duration.ofSeconds(30));
        assertThat(seen.lines()).hasSize(15).allMatch(line -> line.startsWith("tick "));
    }

    @Test
    void previousShowsTheFormerLife() throws Exception {
        Eventually.holds(() -> assertThat(workspace.run(
                        "get", "pod", "crasher", "-o", "jsonpath={.status.containerStatuses[0].restartCount}"))
                .isNotEqualTo("0")
                .isNotEmpty());
        Eventually.holds(
                () -> assertThat(workspace.run("logs", "--previous", "crasher")).startsWith("life "));
    }

    @Test
    void allContainersShowsEach() throws Exception {
        assertThat(workspace.run("logs", "two", "--all-containers"))
                .contains("from first")
                .contains("from second");
        assertThat(workspace.run("logs", "two", "-c", "second")).isEqualTo("from second\n");
    }

    @Test
    void unknownContainerIsAClearError() throws Exception {
        var outcome = workspace.attempt("logs", "two", "-c", "third");
        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.err()).contains("third").doesNotContain(Stage.red().key());
    }
}
