// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.process.Lifecycle;
import dev.virtualcluster.runtime.process.ProcessMain;
import dev.virtualcluster.syncer.config.SyncerConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The syncer's process. Every flag {@code --some-thing} can be given as {@code VC_SOME_THING} as well. */
@Command(
        name = "syncer",
        description = "Keeps the objects of virtual clusters in step with the super cluster.",
        sortOptions = false)
public final class Main implements ProcessMain.Service {
    @Option(
            names = "--kubeconfig",
            description = "Kubeconfig of the super cluster; by default the pod's own service account.")
    private @Nullable String kubeconfig;

    @Option(
            names = "--down-workers",
            defaultValue = "16",
            description = "Objects worked on at once from the tenants to the super cluster. Default: ${DEFAULT-VALUE}")
    private int downWorkers;

    @Option(
            names = "--up-workers",
            defaultValue = "64",
            description = "Objects worked on at once from the super cluster to the tenants. Default: ${DEFAULT-VALUE}")
    private int upWorkers;

    @Option(
            names = "--tenant-budget",
            defaultValue = "16",
            description = "Objects of one tenant worked on at once, in each direction; never more than a quarter of the"
                    + " workers. Default: ${DEFAULT-VALUE}")
    private int tenantBudget;

    @Option(
            names = "--patrol-interval",
            defaultValue = "PT1M",
            description = "Time between two comparisons of both worlds. Default: ${DEFAULT-VALUE}")
    private Duration patrolInterval = Duration.ofMinutes(1);

    @Option(
            names = "--refusal-retry",
            defaultValue = "PT30S",
            description = "Time after which an object refused by the super cluster is tried again."
                    + " Default: ${DEFAULT-VALUE}")
    private Duration refusalRetry = Duration.ofSeconds(30);

    @Option(
            names = "--agent-port",
            defaultValue = "" + Keys.AGENT_PORT,
            description = "Port of the node agents. Default: ${DEFAULT-VALUE}")
    private int agentPort;

    @Option(
            names = "--health-port",
            defaultValue = "" + Keys.HEALTH_PORT,
            description = "Port of /livez, /readyz and /metrics. Default: ${DEFAULT-VALUE}")
    private int healthPort;

    @Option(
            names = "--leader-elect",
            defaultValue = "true",
            fallbackValue = "true",
            arity = "0..1",
            negatable = true,
            description = "Work only while holding the Lease vc-syncer. Default: ${DEFAULT-VALUE}")
    private boolean isLeaderElected;

    public static void main(String... args) {
        System.exit(ProcessMain.run("syncer", new Main(), args));
    }

    @Override
    public void start(Lifecycle lifecycle) throws Exception {
        new SyncerProcess(config(), kubeconfig).start(lifecycle);
    }

    /** The options as they were parsed. */
    SyncerConfig config() {
        return new SyncerConfig(
                downWorkers,
                upWorkers,
                tenantBudget,
                patrolInterval,
                refusalRetry,
                agentPort,
                healthPort,
                isLeaderElected);
    }
}
