// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent;

import dev.virtualcluster.agent.kubelet.KubeletAddress;
import dev.virtualcluster.agent.tunnel.Limits;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.process.Lifecycle;
import dev.virtualcluster.runtime.process.ProcessMain;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The agent's flags; each falls back to an environment variable, {@code --some-flag} to {@code VC_SOME_FLAG}. */
@Command(
        name = "vn-agent",
        description =
                "Lets the tenants of virtual clusters reach their own pods on this node: logs, exec, attach, port-forward.",
        sortOptions = false)
final class AgentCommand implements ProcessMain.Service {
    private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    @Option(names = "--node-name", required = true, description = "Name of the node the agent runs on.")
    private String nodeName = "";

    @Option(names = "--kubelet-address", required = true, description = "The node's internal IP address.")
    private String kubeletAddress = "";

    @Option(names = "--kubelet-port", defaultValue = "10250", description = "The kubelet's port (${DEFAULT-VALUE}).")
    private int kubeletPort;

    @Option(names = "--kubelet-ca-file", required = true, description = "CA of the kubelet's serving certificate, PEM.")
    private @Nullable Path kubeletCaFile;

    @Option(names = "--client-ca-file", required = true, description = "CA of tenant API servers' certificates, PEM.")
    private @Nullable Path clientCaFile;

    @Option(names = "--token-file", defaultValue = ACCOUNT, description = "The agent's token (${DEFAULT-VALUE}).")
    private @Nullable Path tokenFile;

    @Option(names = "--kubeconfig", description = "Kubeconfig of the super cluster; else the pod's own account.")
    private @Nullable Path kubeconfig;

    @Option(names = "--listen-address", defaultValue = "0.0.0.0", description = "Where to listen (${DEFAULT-VALUE}).")
    private String listenAddress = "";

    @Option(names = "--port", defaultValue = "" + Keys.AGENT_PORT, description = "The TLS port (${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--health-address",
            defaultValue = "127.0.0.1",
            description = "Where health and metrics are served (${DEFAULT-VALUE}).")
    private String healthAddress = "";

    @Option(
            names = "--health-port",
            defaultValue = "" + Keys.AGENT_HEALTH_PORT,
            description = "Port of health and metrics (${DEFAULT-VALUE}).")
    private int healthPort;

    @Option(
            names = "--certificate-lifetime",
            defaultValue = "P7D",
            description = "Asked for serving certificates, renewed at 80 %% of it (${DEFAULT-VALUE}).")
    private Duration certificateLifetime = Duration.ZERO;

    @Option(
            names = "--drain-timeout",
            defaultValue = "PT15S",
            description = "How long running calls may go on at a stop (${DEFAULT-VALUE}).")
    private Duration drainTimeout = Duration.ZERO;

    @Option(
            names = "--head-bytes",
            defaultValue = "65536",
            description = "Longest head of a request, with the command of an exec (${DEFAULT-VALUE}).")
    private int headBytes;

    @Option(
            names = "--head-timeout",
            defaultValue = "PT10S",
            description = "How long a handshake, and then a head, may take (${DEFAULT-VALUE}).")
    private Duration headTimeout = Duration.ZERO;

    @Option(
            names = "--kubelet-timeout",
            defaultValue = "PT2M",
            description = "How long the kubelet may take to start a stream (${DEFAULT-VALUE}).")
    private Duration kubeletTimeout = Duration.ZERO;

    @Option(
            names = "--idle-timeout",
            defaultValue = "PT4H",
            description = "Streams without traffic end after this time (${DEFAULT-VALUE}).")
    private Duration idleTimeout = Duration.ZERO;

    @Option(
            names = "--streams-per-tenant",
            defaultValue = "256",
            description = "Calls of one tenant at a time (${DEFAULT-VALUE}).")
    private int streamsPerTenant;

    @Option(
            names = "--calls-per-second",
            defaultValue = "100",
            description = "Calls of one tenant, on average (${DEFAULT-VALUE}).")
    private int callsPerSecond;

    @Option(
            names = "--upgrades-per-second",
            defaultValue = "10",
            description =
                    "Of them, those that ask for streams into pods, or for pods not known here, on average (${DEFAULT-VALUE}).")
    private int upgradesPerSecond;

    @Option(
            names = "--connections",
            defaultValue = "2048",
            description = "Connections at a time, of all tenants and strangers (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--newcomers-per-address",
            defaultValue = "256",
            description = "Unauthenticated connections of one address at a time (${DEFAULT-VALUE}).")
    private int newcomersPerAddress;

    private final InstantSource clock;
    private final LongSupplier nanoTime;

    AgentCommand(InstantSource clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    @Override
    public void start(Lifecycle lifecycle) throws Exception {
        new Agent(config(), clock, nanoTime).start(lifecycle);
    }

    /** The flags as settings. */
    AgentConfig config() {
        return new AgentConfig(
                nodeName,
                new KubeletAddress(kubeletAddress, kubeletPort),
                given(kubeletCaFile),
                given(clientCaFile),
                given(tokenFile),
                kubeconfig,
                new AgentConfig.Endpoint(listenAddress, port),
                new AgentConfig.Endpoint(healthAddress, healthPort),
                certificateLifetime,
                drainTimeout,
                new Limits(
                        headBytes,
                        headTimeout,
                        kubeletTimeout,
                        idleTimeout,
                        streamsPerTenant,
                        callsPerSecond,
                        upgradesPerSecond,
                        connections,
                        newcomersPerAddress));
    }

    private static Path given(@Nullable Path path) {
        if (path == null) {
            throw new IllegalStateException("the flags have not been parsed");
        }
        return path;
    }
}
