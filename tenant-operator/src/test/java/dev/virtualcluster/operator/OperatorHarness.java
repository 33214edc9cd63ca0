// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import static org.awaitility.Awaitility.await;

import dev.virtualcluster.apis.Condition;
import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.operator.addons.TenantAccess;
import dev.virtualcluster.operator.address.AddressPool;
import dev.virtualcluster.operator.apply.WriteGate;
import dev.virtualcluster.operator.versions.RawClusterVersion;
import dev.virtualcluster.runtime.addresses.Cidr;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.testing.ApiServer;
import dev.virtualcluster.runtime.testing.Crds;
import dev.virtualcluster.runtime.testing.RenderedChart;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/**
 * An operator against a real super API server with its controller-manager, and fake kubelets. It has the rights that the
 * chart gives it and no more. It can be stopped and started again any number of times; everything else stays.
 */
final class OperatorHarness implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String SYSTEM_NAMESPACE = "vc-system";

    private static final Path CRDS = Path.of("../charts/virtualcluster/crds");

    private final ClientPlatform platform = ClientPlatform.start();
    private final ApiServer superServer;
    private final ApiServer tenantServer;
    private final ClusterConnection connection;
    private final FakeKubelets kubelets;
    private @Nullable OperatorProcess operator;
    private @Nullable Meters meters;

    OperatorHarness(ApiServer superServer, ApiServer tenantServer) {
        this.superServer = superServer;
        this.tenantServer = tenantServer;
        this.connection = platform.connect("test", superServer.config());
        this.kubelets = new FakeKubelets(connection);
        crd("virtualclusters");
        crd("clusterversions");
        namespace(SYSTEM_NAMESPACE);
        RenderedChart.rights(Keys.OPERATOR_SERVICE_ACCOUNT)
                .forEach(object -> client().resource(object).forceConflicts().serverSideApply());
    }

    KubernetesClient client() {
        return connection.client();
    }

    KubernetesClient tenantClient(ClusterConnection tenant) {
        return tenant.client();
    }

    ClusterConnection connectTenant() {
        return platform.connect("tenant", tenantServer.config());
    }

    ClientPlatform platform() {
        return platform;
    }

    FakeKubelets kubelets() {
        return kubelets;
    }

    /** Starts an operator whose pool is {@code pool}, cut in slices of {@code slicePrefix}. */
    OperatorHarness start(String pool, int slicePrefix, WriteGate gate) throws InterruptedException {
        stop();
        TenantAccess access =
                (tenant, kubeconfig) -> platform.connect(tenant.key().value(), tenantServer.config());
        var own = Meters.of("operator");
        meters = own;
        try {
            operator = OperatorProcess.start(
                    config(pool, slicePrefix),
                    platform,
                    new ConfigBuilder(superServer.config())
                            .withImpersonateUsername(
                                    "system:serviceaccount:" + SYSTEM_NAMESPACE + ":" + Keys.OPERATOR_SERVICE_ACCOUNT)
                            .build(),
                    access,
                    gate,
                    own,
                    InstantSource.system(),
                    failure -> {
                        throw new AssertionError("the operator gave up", failure);
                    });
        } catch (TimeoutException e) {
            throw new AssertionError("the operator's watches are not filled in time", e);
        }
        return this;
    }

    /** Without leader election and with any free port for health. */
    private static OperatorConfig config(String pool, int slicePrefix) {
        return new OperatorConfig(
                SYSTEM_NAMESPACE, "test", new AddressPool(Cidr.parse(pool), slicePrefix), "cluster.local", 4, 0, false);
    }

    OperatorHarness start(String pool, int slicePrefix) throws InterruptedException {
        return start(pool, slicePrefix, WriteGate.open());
    }

    void stop() {
        if (operator != null) {
            operator.close();
            operator = null;
        }
        if (meters != null) {
            meters.close();
            meters = null;
        }
    }

    void namespace(String name) {
        if (client().namespaces().withName(name).get() == null) {
            client().namespaces()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    /** Applies a ClusterVersion of the test resources under its own name. */
    void clusterVersion(String resource) {
        clusterVersion(resource, resource, version -> {});
    }

    /** Applies a changed ClusterVersion of the test resources under another name. */
    void clusterVersion(String resource, String name, Consumer<RawClusterVersion> change) {
        var version = Objects.requireNonNull(ClientPlatform.forFiles()
                .unmarshal(text("/clusterversions/" + resource + ".yaml"), RawClusterVersion.class));
        version.getMetadata().setName(name);
        change.accept(version);
        // Not by server-side apply, which fails by itself on values that are of another type than Kubernetes'.
        client().resource(version).createOr(NonDeletingOperation::update);
    }

    VirtualCluster create(String namespace, String name, String clusterVersion, Consumer<VirtualCluster> change) {
        namespace(namespace);
        var vc = new VirtualCluster();
        vc.getMetadata().setNamespace(namespace);
        vc.getMetadata().setName(name);
        vc.getSpec().setClusterVersionName(clusterVersion);
        change.accept(vc);
        return client().resource(vc).create();
    }

    VirtualCluster create(String namespace, String name) {
        return create(namespace, name, "minimal", vc -> {});
    }

    @Nullable
    VirtualCluster find(VirtualCluster vc) {
        return client().resource(vc).get();
    }

    VirtualCluster get(VirtualCluster vc) {
        return Objects.requireNonNull(find(vc), "the VirtualCluster is gone");
    }

    String rootNamespace(VirtualCluster vc) {
        return dev.virtualcluster.apis.names.TenantKey.of(vc).rootNamespace();
    }

    VirtualCluster awaitReady(VirtualCluster vc) {
        return awaitCondition(vc, ConditionTypes.READY, Condition.TRUE, "Ready");
    }

    VirtualCluster awaitCondition(VirtualCluster vc, String type, String status, String reason) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            var condition = condition(get(vc), type);
            Assertions.assertThat(
                            condition == null ? "no condition" : condition.getStatus() + " " + condition.getReason())
                    .as(() -> type + " of " + platform.serialization().asYaml(get(vc).getStatus()))
                    .isEqualTo(status + " " + reason);
        });
        return get(vc);
    }

    static String slice(VirtualCluster vc) {
        return Objects.requireNonNull(vc.getStatus().getServiceCidr(), "no slice in the status");
    }

    static @Nullable Condition condition(VirtualCluster vc, String type) {
        return vc.getStatus() == null ? null : vc.getStatus().condition(type);
    }

    static String message(VirtualCluster vc, String type) {
        var condition = condition(vc, type);
        return condition == null || condition.getMessage() == null ? "" : condition.getMessage();
    }

    /** Deletes and waits until it is gone. */
    void delete(VirtualCluster vc) {
        client().resource(vc).delete();
        awaitGone(vc);
    }

    void awaitGone(VirtualCluster vc) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> Assertions.assertThat(find(vc))
                        .as(() -> platform.serialization().asYaml(find(vc)))
                        .isNull());
    }

    @Override
    public void close() {
        stop();
        platform.close();
    }

    private void crd(String plural) {
        String yaml;
        try {
            yaml = Files.readString(CRDS.resolve(plural + ".yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var definition =
                Objects.requireNonNull(ClientPlatform.forFiles().unmarshal(yaml, CustomResourceDefinition.class));
        client().resource(definition).forceConflicts().serverSideApply();
        await().atMost(PATIENCE)
                .until(
                        () -> client().apiextensions()
                                .v1()
                                .customResourceDefinitions()
                                .withName(definition.getMetadata().getName())
                                .get(),
                        Crds::isEstablished);
    }

    private static String text(String resource) {
        try (var in = OperatorHarness.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
