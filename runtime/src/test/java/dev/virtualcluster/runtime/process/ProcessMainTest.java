// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Timeout(60)
class ProcessMainTest {
    private final List<String> events = new ArrayList<>();

    @Command(name = "thing")
    private class Thing implements ProcessMain.Service {
        @Option(names = "--server-name", defaultValue = "default-name")
        private String serverName = "";

        @Option(names = "--patience", defaultValue = "PT5S")
        private Duration patience = Duration.ZERO;

        private boolean fails;
        private boolean givesUp;

        @Override
        public void start(Lifecycle lifecycle) {
            events.add(serverName + " " + patience);
            lifecycle.own(() -> events.add("first closed"));
            lifecycle.own(() -> {
                events.add("second closed");
                throw new IllegalStateException("does not close well");
            });
            if (fails) {
                throw new IllegalStateException("cannot start");
            }
            if (givesUp) {
                lifecycle.fail(new IllegalStateException("leadership lost"));
            } else {
                lifecycle.stop();
            }
        }
    }

    private int run(Thing thing, Map<String, String> environment, String... args) {
        return ProcessMain.run("thing", thing, environment, args);
    }

    @Test
    void closesInReverseEvenWhenOneDoesNotCloseWell() {
        assertThat(run(new Thing(), Map.of())).isEqualTo(ProcessMain.OK);

        assertThat(events).containsExactly("default-name PT5S", "second closed", "first closed");
    }

    @Test
    void prefersTheFlagToTheEnvironmentToTheDefault() {
        run(new Thing(), Map.of("VC_SERVER_NAME", "from-env", "VC_PATIENCE", "PT7S"), "--server-name=from-flag");

        assertThat(events.getFirst()).isEqualTo("from-flag PT7S");
    }

    @Test
    void closesWhatAFailedStartHadOpened() {
        Thing thing = new Thing();
        thing.fails = true;

        assertThat(run(thing, Map.of())).isEqualTo(ProcessMain.FAILED);
        assertThat(events).endsWith("second closed", "first closed");
    }

    @Test
    void endsWithFailureWhenItGivesUp() {
        Thing thing = new Thing();
        thing.givesUp = true;

        assertThat(run(thing, Map.of())).isEqualTo(ProcessMain.FAILED);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThat(run(new Thing(), Map.of(), "--sever-name=x")).isEqualTo(ProcessMain.USAGE);
        assertThat(run(new Thing(), Map.of("VC_PATIENCE", "soon"))).isEqualTo(ProcessMain.USAGE);
        assertThat(events).isEmpty();
    }

    @Test
    void closesAtOnceWhatIsOpenedTooLate() {
        Lifecycle lifecycle = new Lifecycle();
        lifecycle.close();

        assertThatThrownBy(() -> lifecycle.own(() -> events.add("closed"))).isInstanceOf(IllegalStateException.class);

        assertThat(events).containsExactly("closed");
    }

    @Test
    void closesBeforeItEndsOnSigterm() throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Waiting.class.getName())
                .redirectErrorStream(true)
                .start();
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<List<String>> lines = CompletableFuture.supplyAsync(
                () -> process.inputReader(StandardCharsets.UTF_8)
                        .lines()
                        .peek(line -> {
                            if (line.contains("started")) {
                                started.countDown();
                            }
                        })
                        .toList(),
                Thread::startVirtualThread);
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

        // Unlike the process's own method it leaves the output open.
        process.toHandle().destroy();

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(lines.get()).anyMatch(line -> line.equals("closed in order"));
        assertThat(process.exitValue()).as("128 and SIGTERM").isEqualTo(143);
    }

    /** What runs in the other JVM. */
    @Command
    static final class Waiting implements ProcessMain.Service {
        @Override
        public void start(Lifecycle lifecycle) {
            lifecycle.own(() -> System.out.println("closed in order"));
        }

        public static void main(String... args) {
            System.exit(ProcessMain.run("waiting", new Waiting(), args));
        }
    }
}
