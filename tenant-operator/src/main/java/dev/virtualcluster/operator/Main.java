// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import dev.virtualcluster.operator.addons.TenantAccess;
import dev.virtualcluster.operator.address.AddressPool;
import dev.virtualcluster.operator.apply.WriteGate;
import dev.virtualcluster.runtime.addresses.Cidr;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.KubeconfigException;
import dev.virtualcluster.runtime.cluster.KubeconfigReader;
import dev.virtualcluster.runtime.leader.LeaderElection;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.process.Lifecycle;
import dev.virtualcluster.runtime.process.ProcessMain;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The tenant operator's process. Every flag can be given as an environment variable {@code VC_...} instead. */
@Command(description = "Makes a control plane for every VirtualCluster and takes it apart again.")
public final class Main implements ProcessMain.Service {
    private static final String DEFAULT_NAMESPACE = "vc-system";

    @Option(
            names = "--kubeconfig",
            description = "File with the way to the super cluster, its credentials inside; left out, the pod's own"
                    + " service account is used.")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--namespace",
            description = "The operator's own namespace (default: $POD_NAMESPACE, else " + DEFAULT_NAMESPACE + ").")
    private @Nullable String namespace;

    @Option(
            names = "--service-cidr-pool",
            description = "Range out of which tenants get their service addresses (default: ${DEFAULT-VALUE}).",
            defaultValue = "10.97.0.0/16")
    private String serviceCidrPool = "10.97.0.0/16";

    @Option(
            names = "--service-slice-prefix",
            description = "Prefix length of one tenant's slice of it (default: ${DEFAULT-VALUE}).",
            defaultValue = "24")
    private int serviceSlicePrefix = 24;

    @Option(
            names = "--super-cluster-domain",
            description = "DNS domain of the super cluster (default: ${DEFAULT-VALUE}).",
            defaultValue = "cluster.local")
    private String superClusterDomain = "cluster.local";

    @Option(
            names = "--workers",
            description = "VirtualClusters worked on at once (default: ${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int workers = 10;

    @Option(
            names = "--health-port",
            description = "Port of /livez, /readyz and /metrics (default: ${DEFAULT-VALUE}).",
            defaultValue = "8080")
    private int healthPort = 8080;

    @Option(
            names = "--leader-elect",
            negatable = true,
            description = "Wait for leadership among several replicas (default: ${DEFAULT-VALUE}).",
            defaultValue = "true",
            fallbackValue = "true")
    private boolean leaderElect = true;

    /** Runs the operator until it is told to stop. */
    public static void main(String... args) {
        System.exit(ProcessMain.run("tenant-operator", new Main(), args));
    }

    @Override
    public void start(Lifecycle lifecycle) throws Exception {
        var meters = lifecycle.own(Meters.of("operator").withJvm());
        var platform = lifecycle.own(ClientPlatform.start(meters));
        lifecycle.own(OperatorProcess.start(
                config(System.getenv("POD_NAMESPACE"), System.getenv("POD_NAME")),
                platform,
                clientConfig(),
                TenantAccess.direct(platform),
                WriteGate.open(),
                meters,
                InstantSource.system(),
                lifecycle::fail));
    }

    OperatorConfig config(@Nullable String podNamespace, @Nullable String podName) {
        return new OperatorConfig(
                firstOf(namespace, podNamespace, DEFAULT_NAMESPACE),
                LeaderElection.uniqueIdentity(podName == null ? "tenant-operator" : podName),
                new AddressPool(Cidr.parse(serviceCidrPool), serviceSlicePrefix),
                superClusterDomain,
                workers,
                healthPort,
                leaderElect);
    }

    private static String firstOf(@Nullable String flag, @Nullable String variable, String otherwise) {
        if (flag != null) {
            return flag;
        }
        return variable == null || variable.isEmpty() ? otherwise : variable;
    }

    private Config clientConfig() throws IOException, KubeconfigException {
        var file = kubeconfig;
        return file == null ? new ConfigBuilder().build() : new KubeconfigReader().read(Files.readAllBytes(file));
    }
}
