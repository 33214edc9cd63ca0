// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.bench.syncer;

import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.testing.ApiServer;
import dev.virtualcluster.runtime.testing.ApiServerOptions;
import dev.virtualcluster.syncer.testing.SyncerJvm;
import dev.virtualcluster.syncer.testing.TenantWorld;
import dev.virtualcluster.syncer.testing.World;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The syncer alone under load: real API servers, a real scheduler, nodes without machines. Prints a table. Arguments:
 * number of tenants, pods per tenant. What starts the syncer stands in the property {@code syncer.command}.
 */
public final class SyncerLoad {
    private static final ApiServerOptions SERVER = ApiServerOptions.defaults()
            .withFlag("--disable-admission-plugins=ServiceAccount,TaintNodesByCondition")
            .withFlag("--max-requests-inflight=2000")
            .withFlag("--max-mutating-requests-inflight=1000");
    private static final int NODES = 20;
    private static final int SETTLE_SECONDS = 30;
    private static final int LONE_PODS = 50;
    private static final long PATIENCE_SECONDS = 300;

    private final int tenants;
    private final int podsPerTenant;
    private final List<ApiServer> servers = new ArrayList<>();
    private final List<PodTimes> times = new ArrayList<>();

    private SyncerLoad(int tenants, int podsPerTenant) {
        this.tenants = tenants;
        this.podsPerTenant = podsPerTenant;
    }

    public static void main(String... args) throws Exception {
        int tenants = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        int pods = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        new SyncerLoad(tenants, pods).run();
        System.exit(0);
    }

    @SuppressWarnings("try")
    private void run() throws Exception {
        Path folder = Files.createTempDirectory("syncer-load");
        ApiServer superServer = ApiServer.start(SERVER);
        servers.add(superServer);
        Process scheduler = scheduler(folder, superServer);
        try (ClientPlatform platform = ClientPlatform.start();
                ClusterConnection superCluster = platform.connectSuper("super", superServer.config());
                FakeKubelets kubelets = new FakeKubelets(superCluster, NODES);
                PodTimes direct = new PodTimes(superCluster);
                World world = World.on(superServer)) {
            direct(superCluster, direct);
            startTenants(world);
            List<String> command = List.of(System.getProperty("syncer.command").split(" ", -1));
            try (SyncerJvm syncer = SyncerJvm.start(folder, superServer.kubeconfig(), command)) {
                measure(world, syncer);
            }
        } catch (Exception e) {
            say("logs: %s", folder);
            throw e;
        } finally {
            scheduler.destroyForcibly();
            servers.forEach(ApiServer::close);
        }
        // After a failure the logs in it are wanted.
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private void measure(World world, SyncerJvm syncer) throws Exception {
        for (int i = 1; i <= tenants; i++) {
            world.awaitServed(i);
        }
        Thread.sleep(SETTLE_SECONDS * 1000L);
        say("syncer idle, %d tenants: RSS %d MiB, CPU so far %d ms", tenants, syncer.residentMib(), syncer.cpuMillis());
        lone("lone pod by way of a tenant", times.getFirst());
        burst(world, syncer, 10);
        if (podsPerTenant != 10) {
            burst(world, syncer, podsPerTenant);
        }
        Thread.sleep(SETTLE_SECONDS * 1000L);
        Costs before = costs(world, syncer);
        Thread.sleep(SETTLE_SECONDS * 1000L);
        say("afterwards: RSS of the syncer %d MiB", syncer.residentMib());
        say("    idle CPU-ms per second: %s", costs(world, syncer).cpuSince(before, SETTLE_SECONDS));
    }

    private void burst(World world, SyncerJvm syncer, int pods) throws Exception {
        Costs before = costs(world, syncer);
        times.forEach(PodTimes::forget);
        inParallel(time -> time.create("default", "burst" + pods + "-", pods, 10));
        boolean isComplete = inParallel(time -> {
            if (!time.awaitRunning(PATIENCE_SECONDS)) {
                throw new IllegalStateException("not all pods were Running in time");
            }
        });
        report("%d x %d pods".formatted(tenants, pods), times, isComplete);
        costs(world, syncer).perPod(before, pods * tenants).forEach(line -> say("    %s", line));
        say("    RSS of the syncer %d MiB", syncer.residentMib());
    }

    private Costs costs(World world, SyncerJvm syncer) {
        List<KubernetesClient> clients = new ArrayList<>();
        for (int i = 1; i <= tenants; i++) {
            clients.add(world.tenant(i).connection().client());
        }
        return Costs.now(world.superServer(), world.superClient(), clients, syncer.pid());
    }

    private void direct(ClusterConnection superCluster, PodTimes direct) throws Exception {
        superCluster
                .client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("direct")
                        .endMetadata()
                        .build())
                .create();
        direct.create("direct", "warm-", 100, 100);
        direct.awaitRunning(PATIENCE_SECONDS);
        direct.forget();
        lone("lone pod directly", direct);
        direct.forget();
        direct.create("direct", "burst-", tenants * podsPerTenant, tenants * 10);
        boolean isComplete = direct.awaitRunning(PATIENCE_SECONDS);
        report("%d pods directly".formatted(tenants * podsPerTenant), List.of(direct), isComplete);
    }

    private static void lone(String what, PodTimes time) throws InterruptedException {
        for (int i = 0; i < LONE_PODS; i++) {
            time.create(what.contains("direct") ? "direct" : "default", "lone-" + i + "-", 1, 1);
            time.awaitRunning(PATIENCE_SECONDS);
        }
        say("%s: %s", what, PodTimes.percentiles(time.latencies()));
        time.forget();
    }

    private static void report(String what, List<PodTimes> times, boolean isComplete) {
        long first = times.stream().mapToLong(PodTimes::firstCreated).min().orElseThrow();
        long last = times.stream().mapToLong(PodTimes::lastRunning).max().orElseThrow();
        long[] all = times.stream()
                .flatMapToLong(time -> Arrays.stream(time.latencies()))
                .sorted()
                .toArray();
        say(
                "%s: %.0f pods/s, %s%s",
                what, all.length * 1e9 / (last - first), PodTimes.percentiles(all), isComplete ? "" : " (INCOMPLETE)");
    }

    private void startTenants(World world) throws Exception {
        try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ApiServer>> starting = new ArrayList<>();
            for (int i = 1; i <= tenants; i++) {
                ApiServerOptions options = SERVER.withServiceCidr("10.97." + i + ".0/24");
                starting.add(starters.submit(() -> ApiServer.start(options)));
            }
            for (int i = 1; i <= tenants; i++) {
                ApiServer server = starting.get(i - 1).get();
                servers.add(server);
                TenantWorld tenant = world.addTenant("load-" + i, server, "10.97." + i + ".0/24");
                account(tenant.connection());
                times.add(new PodTimes(tenant.connection()));
            }
        }
    }

    /** What the controller-manager would make; a pod waits for it. */
    private static void account(ClusterConnection server) {
        server.client()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("default")
                        .endMetadata()
                        .build())
                .create();
    }

    private static Process scheduler(Path folder, ApiServer superServer) throws IOException {
        Path kubeconfig = folder.resolve("scheduler.kubeconfig");
        Files.writeString(kubeconfig, superServer.kubeconfig());
        return new ProcessBuilder(
                        World.program("kube-scheduler").toString(),
                        "--kubeconfig=" + kubeconfig,
                        "--leader-elect=false",
                        "--secure-port=0",
                        "--kube-api-qps=5000",
                        "--kube-api-burst=5000")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("scheduler.log").toFile())
                .start();
    }

    private boolean inParallel(Step step) throws Exception {
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (PodTimes time : times) {
                running.add(workers.submit(() -> {
                    step.run(time);
                    return null;
                }));
            }
            boolean isComplete = true;
            for (Future<?> one : running) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    say("failed: %s", String.valueOf(e.getCause()));
                    isComplete = false;
                }
            }
            return isComplete;
        }
    }

    private interface Step {
        void run(PodTimes time) throws Exception;
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static void say(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }
}
