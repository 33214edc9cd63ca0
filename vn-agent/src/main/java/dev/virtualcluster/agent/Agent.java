// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent;

import dev.virtualcluster.agent.kubelet.BearerToken;
import dev.virtualcluster.agent.kubelet.KubeletCheck;
import dev.virtualcluster.agent.kubelet.KubeletConnector;
import dev.virtualcluster.agent.ownership.Ownership;
import dev.virtualcluster.agent.ownership.WatchedSuperCluster;
import dev.virtualcluster.agent.serving.ServingCertificate;
import dev.virtualcluster.agent.tunnel.AgentServer;
import dev.virtualcluster.agent.tunnel.CallJournal;
import dev.virtualcluster.agent.tunnel.Collaborators;
import dev.virtualcluster.agent.tunnel.Streams;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.health.HealthServer;
import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.process.Lifecycle;
import dev.virtualcluster.runtime.tls.CertificateFiles;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running agent: opens everything in order; the lifecycle closes it in reverse. Used once, by one thread. */
final class Agent {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Duration CA_POLL = Duration.ofSeconds(10);

    private final AgentConfig config;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    Agent(AgentConfig config, InstantSource clock, LongSupplier nanoTime) {
        this.config = config;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Starts. A certificate, and with it readiness, may come later: it needs the operator. */
    void start(Lifecycle lifecycle) throws Exception {
        Meters meters = lifecycle.own(Meters.of("agent").withJvm());
        ClientPlatform platform = lifecycle.own(ClientPlatform.startForStreams(meters));
        // First of all, so that the kubelet sees a living process while the rest starts.
        HealthServer health = lifecycle.own(new HealthServer(
                platform.vertx(), config.health().host(), config.health().port(), meters));
        health.readiness("started", () -> false).start();
        CertificateFiles clientCa =
                lifecycle.own(CertificateFiles.openTrust(platform.vertx(), config.clientCaFile(), CA_POLL));
        CertificateFiles kubeletCa =
                lifecycle.own(CertificateFiles.openTrust(platform.vertx(), config.kubeletCaFile(), CA_POLL));

        ClusterConnection connection = lifecycle.own(platform.connectSuper("super", superCluster(config.kubeconfig())));
        WatchedSuperCluster superCluster = lifecycle.own(new WatchedSuperCluster(connection, config.nodeName()));

        KubeletConnector kubelet = lifecycle.own(new KubeletConnector(
                platform.vertx(), config.kubelet(), bytes(kubeletCa.current().ca())));
        kubeletCa.onSwap(bundle -> kubelet.trust(bytes(bundle.ca())));
        KubeletCheck check = lifecycle.own(KubeletCheck.start(kubelet, platform.vertx()));

        AgentServer server = lifecycle.own(new AgentServer(
                new Collaborators(
                        platform.vertx(),
                        new Ownership(superCluster, config.nodeName()),
                        kubelet,
                        new BearerToken(config.tokenFile(), nanoTime),
                        config.limits(),
                        new Streams(config.limits(), nanoTime),
                        new CallJournal(meters),
                        clock,
                        nanoTime),
                platform.executor()));
        superCluster.onTenantGone(tenant -> platform.executor().execute(() -> server.revoke(tenant)));
        meters.gauge("streams", server::streams);
        meters.gauge("front_connections", server::connections);
        int port = server.listen(config.listen().host(), config.listen().port());

        FrontTls front = new FrontTls(server, config.limits().headTimeout(), clientCa.current());
        clientCa.onSwap(front::trust);
        ServingCertificate serving = lifecycle.own(ServingCertificate.keep(
                connection.client(), config.nodeName(), config.certificateLifetime(), clock, nanoTime, front::serve));
        meters.gauge(
                "serving_certificate_remaining_seconds",
                () -> serving.remaining().toSeconds());

        health.liveness("serving-certificate", serving::isAlive)
                .readiness("serving-certificate", serving::isValid)
                .readiness("super-cluster", superCluster::isCurrent)
                .readiness("kubelet-certificate", check::hasPassed)
                .remove("started");
        lifecycle.own(() -> server.drain(config.drainTimeout()));
        LOG.atInfo()
                .addKeyValue(LogKeys.ADDRESS, config.listen().host() + ":" + port)
                .addKeyValue(LogKeys.NAME, config.nodeName())
                .log("tenants are served as soon as there is a certificate");
    }

    private static Config superCluster(@Nullable Path kubeconfig) {
        return kubeconfig == null ? new ConfigBuilder().build() : Config.fromKubeconfig(kubeconfig.toFile());
    }

    private static byte[] bytes(String pem) {
        return pem.getBytes(StandardCharsets.US_ASCII);
    }
}
