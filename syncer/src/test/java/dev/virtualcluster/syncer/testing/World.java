// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.testing;

import dev.virtualcluster.apis.Condition;
import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.apis.VirtualClusterSpec;
import dev.virtualcluster.apis.VirtualClusterStatus;
import dev.virtualcluster.apis.names.NameTranslator;
import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.testing.ApiServer;
import dev.virtualcluster.runtime.testing.ApiServerOptions;
import dev.virtualcluster.runtime.testing.ApiServers;
import dev.virtualcluster.runtime.testing.Crds;
import dev.virtualcluster.syncer.Syncer;
import dev.virtualcluster.syncer.config.SyncerConfig;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddress;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDRBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One super cluster and some tenants, as the operator would have left them, with the syncer of the test's own process.
 * The API servers are shared by all test classes of the JVM; the VirtualClusters are the test's own.
 */
public final class World implements AutoCloseable {
    private static final ApiServerOptions SUPER = ApiServerOptions.defaults().withControllerManager();
    private static final Path CRDS = Path.of("../charts/virtualcluster/crds");

    private final ApiServer superServer;
    private final ClientPlatform platform = ClientPlatform.start();
    private final ClusterConnection superConnection;
    private final List<TenantWorld> tenants = new ArrayList<>();
    private @Nullable Syncer syncer;

    private World(ApiServer superServer) {
        this.superServer = superServer;
        superConnection = platform.connectSuper("super", superServer.config());
    }

    /** Starts, or finds running, a super cluster and tenants 1 to {@code count}, and makes their VirtualClusters. */
    public static World of(String name, int count) {
        World world = on(ApiServers.of(1, SUPER).started().get());
        for (int i = 1; i <= count; i++) {
            world.addTenant(name + "-" + i, tenantServer(i), slice(i));
        }
        return world;
    }

    /** A super cluster on this server, without tenants. */
    public static World on(ApiServer superServer) {
        World world = new World(superServer);
        world.applyCrds();
        return world;
    }

    /** Waits until a syncer says that it serves tenant number {@code index}. */
    public void awaitServed(int index) {
        superClient()
                .resource(tenant(index).virtualCluster())
                .waitUntilCondition(
                        vc -> vc != null
                                && vc.getStatus() != null
                                && vc.getStatus().condition(ConditionTypes.SYNCER_READY) != null
                                && Condition.TRUE.equals(vc.getStatus()
                                        .condition(ConditionTypes.SYNCER_READY)
                                        .getStatus()),
                        2,
                        TimeUnit.MINUTES);
    }

    /** One of the programs of Kubernetes that the integration tests use. */
    public static Path program(String name) throws IOException {
        Process process = new ProcessBuilder("bash", "../e2e/binaries/build.sh", "--print-dir", "kubernetes").start();
        return Path.of(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
                .resolve(name);
    }

    /** The shared API server of tenant number {@code index}, from 1. */
    public static ApiServer tenantServer(int index) {
        return ApiServers.of(
                        1, ApiServerOptions.defaults().withControllerManager().withServiceCidr(slice(index)))
                .started()
                .get();
    }

    private static String slice(int index) {
        return "10.97." + index + ".0/24";
    }

    public KubernetesClient superClient() {
        return superConnection.client();
    }

    public ApiServer superServer() {
        return superServer;
    }

    /** Tenant number {@code index}, from 1. */
    public TenantWorld tenant(int index) {
        return tenants.get(index - 1);
    }

    /** The running syncer. */
    public Syncer syncer() {
        if (syncer == null) {
            throw new IllegalStateException("no syncer runs");
        }
        return syncer;
    }

    /** Starts a syncer inside this JVM; the former one must have been stopped. */
    public World startSyncer() {
        return startSyncer(InstantSource.system());
    }

    /** The same with a clock of the test's own. */
    public World startSyncer(InstantSource clock) {
        try {
            Syncer started = new Syncer(
                    platform,
                    platform.connectSuper("super-syncer", superServer.config()),
                    SyncerConfig.forTests(),
                    Meters.of("syncer"),
                    clock);
            syncer = started;
            started.start();
            return this;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    public void stopSyncer() {
        if (syncer != null) {
            syncer.close();
            syncer = null;
        }
    }

    /** Makes what the operator makes for a tenant that was ready once; how it is now concerns no syncer. */
    public TenantWorld addTenant(String name, ApiServer server, String slice) {
        return addTenant(name, server.kubeconfig(), platform.connect(name, server.config()), slice);
    }

    private TenantWorld addTenant(String name, String kubeconfig, ClusterConnection connection, String slice) {
        VirtualCluster vc = new VirtualCluster();
        vc.getMetadata().setNamespace("default");
        vc.getMetadata().setName(name);
        vc.setSpec(new VirtualClusterSpec());
        VirtualCluster created = superClient().resource(vc).create();
        TenantKey key = TenantKey.of(created);
        superClient()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(key.value())
                        .addToLabels(Keys.CONTROLLED, Keys.TRUE)
                        .addToLabels(Keys.CLUSTER, key.value())
                        .addToAnnotations(Keys.VC_UID, created.getMetadata().getUid())
                        .addToAnnotations(Keys.VC_ROOT_NAMESPACE, Keys.TRUE)
                        .addToAnnotations(Keys.CLUSTER, key.value())
                        .endMetadata()
                        .build())
                .create();
        writeCredentials(key, kubeconfig);
        superClient()
                .resource(new ServiceCIDRBuilder()
                        .withNewMetadata()
                        .withName(NameTranslator.serviceCidrName(slice))
                        .endMetadata()
                        .withNewSpec()
                        .withCidrs(slice)
                        .endSpec()
                        .build())
                .createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::patch);
        VirtualClusterStatus status = new VirtualClusterStatus();
        status.setPhase("Pending");
        status.setReadyTime("2026-01-01T00:00:00Z");
        status.setClusterNamespace(key.value());
        status.setServiceCidr(slice);
        created.setStatus(status);
        superClient().resource(created).patchStatus();
        TenantWorld tenant = new TenantWorld(key, created, connection);
        tenants.add(tenant);
        return tenant;
    }

    /** Writes the Secret that the syncer reads its credentials from. */
    public void writeCredentials(TenantKey key, String kubeconfig) {
        superClient()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(key.value())
                        .withName(Keys.SYNCER_KUBECONFIG)
                        .addToLabels(Keys.CONTROLLED, Keys.TRUE)
                        .addToLabels(Keys.CLUSTER, key.value())
                        .endMetadata()
                        .addToData(
                                Keys.SYNCER_KUBECONFIG,
                                Base64.getEncoder().encodeToString(kubeconfig.getBytes(StandardCharsets.UTF_8)))
                        .build())
                .createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::update);
    }

    private void applyCrds() {
        for (String file : List.of("virtualclusters.yaml", "clusterversions.yaml")) {
            CustomResourceDefinition crd = parse(CRDS.resolve(file));
            superClient().resource(crd).createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::patch);
            superClient()
                    .apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(crd.getMetadata().getName())
                    .waitUntilCondition(Crds::isEstablished, 30, TimeUnit.SECONDS);
            awaitServed(crd);
        }
    }

    /** Established is said a moment before the API server answers requests for the new kind. */
    private void awaitServed(CustomResourceDefinition crd) {
        String path = "/apis/" + crd.getSpec().getGroup() + "/"
                + crd.getSpec().getVersions().getFirst().getName() + "/"
                + crd.getSpec().getNames().getPlural() + "?limit=1";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        // No answer means "not found" here.
        while (superClient().raw(path) == null) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the API server does not serve " + path);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static CustomResourceDefinition parse(Path file) {
        try {
            return new KubernetesSerialization().unmarshal(Files.readString(file), CustomResourceDefinition.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the syncer and removes the VirtualClusters with their namespaces, as the operator would. */
    @Override
    public void close() {
        stopSyncer();
        for (TenantWorld tenant : tenants) {
            superClient().resource(tenant.virtualCluster()).delete();
            superClient()
                    .namespaces()
                    .withLabel(Keys.CLUSTER, tenant.key().value())
                    .delete();
            superClient()
                    .resources(IPAddress.class)
                    .withLabel(Keys.CLUSTER, tenant.key().value())
                    .delete();
        }
        platform.close();
    }
}
