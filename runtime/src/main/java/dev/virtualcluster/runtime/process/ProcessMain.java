// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.process;

import dev.virtualcluster.runtime.logging.LogKeys;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Runs a process from its flags to its exit code. The command is an object with picocli's {@code @Command} and
 * {@code @Option} annotations; a flag {@code --some-thing} that is absent is taken from {@code VC_SOME_THING}. Unknown
 * flags fail. {@code Service.start} opens things in order, each handed to the {@link Lifecycle}; then the process runs
 * until SIGTERM, SIGINT, {@link Lifecycle#stop()} or {@link Lifecycle#fail}; then they are closed in reverse.
 *
 * <pre>{@code
 * public static void main(String... args) {
 *     System.exit(ProcessMain.run("syncer", new SyncerCommand(), args));
 * }
 * }</pre>
 */
public final class ProcessMain {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessMain.class);
    /** Below the 30 s after which a kubelet kills. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(25);

    /** Exit code of a process that ended itself; one that a signal ended exits with the virtual machine's own, 143 for SIGTERM. */
    public static final int OK = 0;
    /** Exit code of a process that could not start or gave up. */
    public static final int FAILED = 1;
    /** Exit code for wrong flags. */
    public static final int USAGE = 2;

    /** What a process does. */
    @FunctionalInterface
    public interface Service {
        /** Opens everything and returns; what it has handed to the lifecycle is closed if it throws. */
        void start(Lifecycle lifecycle) throws Exception;
    }

    private ProcessMain() {}

    /** Parses, starts, waits and stops; call it from {@code main} and exit with what it returns. */
    public static int run(String process, Service command, String... args) {
        return run(process, command, System.getenv(), args);
    }

    static int run(String process, Service command, Map<String, String> environment, String... args) {
        CommandLine line = new CommandLine(command)
                .setCommandName(process)
                .setDefaultValueProvider(new EnvironmentDefaults(environment))
                .setCaseInsensitiveEnumValuesAllowed(true);
        line.getCommandSpec().mixinStandardHelpOptions(true);
        try {
            line.parseArgs(args);
        } catch (ParameterException e) {
            line.getErr().println(e.getMessage());
            line.usage(line.getErr());
            return USAGE;
        }
        if (CommandLine.printHelpIfRequested(line.getParseResult())) {
            return OK;
        }
        return serve(process, command);
    }

    private static int serve(String process, Service service) {
        CountDownLatch stopped = new CountDownLatch(1);
        Lifecycle lifecycle = new Lifecycle();
        Thread hook = new Thread(() -> stopOnSignal(lifecycle, stopped), "signal");
        Runtime.getRuntime().addShutdownHook(hook);
        try (lifecycle) {
            lifecycle.own(IdleMemory.start());
            service.start(lifecycle);
            LOG.atInfo().addKeyValue(LogKeys.PROCESS, process).log("started");
            lifecycle.awaitEnd();
            LOG.atInfo().addKeyValue(LogKeys.PROCESS, process).log("stopping");
            return OK;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        } catch (ExecutionException e) {
            LOG.atError()
                    .addKeyValue(LogKeys.PROCESS, process)
                    .setCause(e.getCause())
                    .log("the process gives up");
            return FAILED;
        } catch (Exception e) {
            LOG.atError().addKeyValue(LogKeys.PROCESS, process).setCause(e).log("the process cannot start");
            return FAILED;
        } finally {
            lifecycle.close();
            stopped.countDown();
            removeHook(hook);
        }
    }

    private static void stopOnSignal(Lifecycle lifecycle, CountDownLatch stopped) {
        lifecycle.stop();
        try {
            if (!stopped.await(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("the process did not stop in time and is ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the virtual machine is ending already");
        }
    }
}
