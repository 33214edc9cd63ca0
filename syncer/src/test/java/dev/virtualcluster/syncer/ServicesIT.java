// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer;

import static dev.virtualcluster.syncer.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.syncer.testing.TenantWorld;
import dev.virtualcluster.syncer.testing.World;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServiceFluent;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddress;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddressBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Addresses, ports and endpoints of Services between real API servers. */
class ServicesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /**
     * Addresses that tests ask for by name. The servers are shared: a Service of any test, given an address of its own, must not
     * get one of these. API servers take the first sixteen of such a slice last (KEP-3070).
     */
    private static final String RESERVED = "10.97.1.3";

    private static final String LOST = "10.97.1.4";
    private static final String KEPT = "10.97.1.5";
    private static final String CONTESTED = "10.97.1.6";
    private static World world;
    private static TenantWorld tenant;

    @BeforeAll
    static void start() {
        world = World.of("services", 1).startSyncer();
        tenant = world.tenant(1);
        tenant.createNamespace("web");
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void twinHasTheTenantsAddress() {
        // When
        Service source = create(service("plain").endSpec().build());

        // Then
        eventually(() -> {
            Service twin = twin("plain");
            assertThat(twin).isNotNull();
            assertThat(twin.getSpec().getClusterIP()).isEqualTo(source.getSpec().getClusterIP());
            assertThat(twin.getSpec().getSelector()).containsEntry("app", "plain");
        });
    }

    @Test
    void takesReservedAddressAndGivesItBack() {
        // Given
        awaitReserved(RESERVED);

        // When
        Service source =
                create(service("reserved").withClusterIP(RESERVED).endSpec().build());

        // Then
        eventually(() -> {
            assertThat(twin("reserved")).isNotNull();
            assertThat(ipAddress(RESERVED).getSpec().getParentRef().getResource())
                    .isEqualTo("services");
        });

        // When
        tenant.client().resource(source).delete();

        // Then
        eventually(() -> {
            assertThat(twin("reserved")).isNull();
            assertThat(ipAddress(RESERVED)).isNotNull();
            assertThat(ipAddress(RESERVED).getSpec().getParentRef().getResource())
                    .isEqualTo("virtualclusters");
            assertThat(ipAddress(RESERVED).getMetadata().getAnnotations())
                    .containsEntry(
                            Keys.VC_UID, tenant.virtualCluster().getMetadata().getUid())
                    .containsEntry(Keys.SLICE, "10.97.1.0/24");
        });
    }

    @Test
    void makesLostReservationsAgain() {
        // Given: all addresses are reserved, as the operator leaves them, and a Service is there.
        awaitReserved(KEPT);
        Service source = create(service("sweeping").endSpec().build());
        eventually(() -> assertThat(ipAddress(LOST)).isNotNull());
        // Any sweep that is still to come, of the start or of this Service.
        await().pollDelay(Duration.ofSeconds(6)).atMost(PATIENCE).until(() -> true);

        // When: one is lost, as when a request fails in between.
        world.superClient().resources(IPAddress.class).withName(LOST).delete();
        tenant.client().resource(source).delete();

        // Then
        eventually(() -> assertThat(ipAddress(LOST)).isNotNull());
        assertThat(ipAddress(LOST).getSpec().getParentRef().getResource()).isEqualTo("virtualclusters");
    }

    @Test
    void makesAllReservationsAgainWhenNoneIsLeft() {
        // Given
        world.stopSyncer();
        world.superClient()
                .resources(IPAddress.class)
                .withLabel(Keys.CLUSTER, tenant.key().value())
                .delete();

        // When
        world.startSyncer();

        // Then
        eventually(() -> assertThat(ipAddress(LOST)).isNotNull());
        assertThat(ipAddress(LOST).getSpec().getParentRef().getResource()).isEqualTo("virtualclusters");
    }

    @Test
    void saysWhenAnAddressIsTakenAndHeals() {
        // Given
        Service squatter = new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("squatter")
                .endMetadata()
                .withNewSpec()
                .withClusterIP(CONTESTED)
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            // Whether another test has had the slice reserved or not.
            world.superClient().resources(IPAddress.class).withName(CONTESTED).delete();
            return world.superClient().resource(squatter).create() != null;
        });

        // When
        create(service("clash").withClusterIP(CONTESTED).endSpec().build());

        // Then
        eventually(() -> assertThat(eventsOf("clash")).contains("AddressClash"));
        world.superClient().resource(squatter).delete();
        eventually(() -> assertThat(twin("clash")).isNotNull());
    }

    @Test
    void refusesAddressOutsideTheSlice() {
        // Given: the tenant's own API server hands out another range now.
        tenant.client()
                .resource(new io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDRBuilder()
                        .withNewMetadata()
                        .withName("grab")
                        .endMetadata()
                        .withNewSpec()
                        .withCidrs("10.96.7.0/24")
                        .endSpec()
                        .build())
                .create();

        // When
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            create(service("grabber").withClusterIP("10.96.7.7").endSpec().build());
            return true;
        });

        // Then
        eventually(() -> assertThat(eventsOf("grabber")).contains("AddressOutsideSlice"));
        assertThat(twin("grabber")).isNull();
        tenant.client()
                .resource(tenant.client()
                        .services()
                        .inNamespace("web")
                        .withName("grabber")
                        .get())
                .delete();
        tenant.client()
                .resources(io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR.class)
                .withName("grab")
                .delete();
    }

    @Test
    void refusesExternalAddresses() {
        // When
        create(service("external").withExternalIPs("192.0.2.7").endSpec().build());

        // Then
        eventually(() -> assertThat(eventsOf("external")).contains("ExternalIPsForbidden"));
        assertThat(twin("external")).isNull();
        // A refused object is a finding of every patrol; other suites share these servers.
        tenant.client().services().inNamespace("web").withName("external").delete();
    }

    @Test
    void headlessAndExternalNamePass() {
        // When
        create(service("headless").withClusterIP("None").endSpec().build());
        create(new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("web")
                .withName("alias")
                .endMetadata()
                .withNewSpec()
                .withType("ExternalName")
                .withExternalName("example.com")
                .endSpec()
                .build());

        // Then
        eventually(() -> {
            assertThat(twin("headless").getSpec().getClusterIP()).isEqualTo("None");
            assertThat(twin("alias").getSpec().getExternalName()).isEqualTo("example.com");
        });
    }

    @Test
    void typeChangesFollow() {
        // Given
        create(service("changing").endSpec().build());
        eventually(() -> assertThat(twin("changing")).isNotNull());

        // When
        edit("changing", spec -> spec.withType("NodePort"));

        // Then
        eventually(() -> {
            assertThat(twin("changing").getSpec().getType()).isEqualTo("NodePort");
            assertThat(nodePort(twin("changing"))).isEqualTo(nodePort(source("changing")));
        });

        // When
        edit("changing", spec -> spec.withType("ClusterIP"));

        // Then
        eventually(() -> assertThat(twin("changing").getSpec().getType()).isEqualTo("ClusterIP"));
        assertThat(nodePort(twin("changing"))).isNull();
    }

    @Test
    void nodePortTakenInTheSuperClusterIsWrittenBack() {
        // Given
        world.superClient()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("port-holder")
                        .endMetadata()
                        .withNewSpec()
                        .withType("NodePort")
                        .addNewPort()
                        .withPort(80)
                        .withNodePort(31777)
                        .endPort()
                        .endSpec()
                        .build())
                .create();

        // When
        create(service("wants-port")
                .withType("NodePort")
                .editFirstPort()
                .withNodePort(31777)
                .endPort()
                .endSpec()
                .build());

        // Then
        eventually(() -> {
            assertThat(nodePort(twin("wants-port"))).isNotNull().isNotEqualTo(31777);
            assertThat(nodePort(source("wants-port"))).isEqualTo(nodePort(twin("wants-port")));
        });
        eventually(() -> assertThat(world.syncer().patrol().round()).isZero());
    }

    @Test
    void loadBalancerAddressComesBack() {
        // Given
        create(service("balanced").withType("LoadBalancer").endSpec().build());
        eventually(() -> assertThat(twin("balanced")).isNotNull());

        // When
        Service twin = twin("balanced");
        world.superClient()
                .resource(new ServiceBuilder(twin)
                        .withNewStatus()
                        .withNewLoadBalancer()
                        .withIngress(new LoadBalancerIngressBuilder()
                                .withIp("192.0.2.10")
                                .withIpMode("VIP")
                                .build())
                        .endLoadBalancer()
                        .endStatus()
                        .build())
                .patchStatus();

        // Then
        eventually(() -> assertThat(source("balanced")
                        .getStatus()
                        .getLoadBalancer()
                        .getIngress()
                        .getFirst()
                        .getIp())
                .isEqualTo("192.0.2.10"));
    }

    @Test
    @SuppressWarnings("deprecation")
    void endpointsOfServiceWithoutSelectorGoDown() {
        // Given
        create(service("manual").withSelector(Map.of()).endSpec().build());

        // When
        tenant.client()
                .resource(new EndpointsBuilder()
                        .withNewMetadata()
                        .withNamespace("web")
                        .withName("manual")
                        .endMetadata()
                        .addNewSubset()
                        .addNewAddress()
                        .withIp("192.0.2.20")
                        .endAddress()
                        .addNewPort()
                        .withPort(8080)
                        .endPort()
                        .endSubset()
                        .build())
                .create();

        // Then
        eventually(() -> {
            var twin = world.superClient()
                    .endpoints()
                    .inNamespace(tenant.superNamespace("web"))
                    .withName("manual")
                    .get();
            assertThat(twin).isNotNull();
            assertThat(twin.getSubsets().getFirst().getAddresses().getFirst().getIp())
                    .isEqualTo("192.0.2.20");
            assertThat(slices("manual")).singleElement().satisfies(slice -> {
                assertThat(slice.getEndpoints().getFirst().getAddresses()).containsExactly("192.0.2.20");
                assertThat(slice.getMetadata().getLabels())
                        .containsEntry("endpointslice.kubernetes.io/managed-by", "syncer." + Keys.GROUP);
            });
        });
    }

    @Test
    void endpointsOfServiceWithSelectorAreLeftToTheSuperCluster() {
        // When
        create(service("selected").endSpec().build());

        // Then
        eventually(() -> assertThat(slices("selected"))
                .singleElement()
                .satisfies(slice -> assertThat(slice.getMetadata().getLabels())
                        .containsEntry("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io")));
        eventually(() -> assertThat(world.syncer().patrol().round()).isZero());
    }

    @Test
    void apiServersOwnServiceStays() {
        assertThat(world.superClient()
                        .services()
                        .inNamespace(tenant.superNamespace("default"))
                        .withName("kubernetes")
                        .get())
                .isNull();
    }

    private static ServiceFluent<ServiceBuilder>.SpecNested<ServiceBuilder> service(String name) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("web")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withSelector(Map.of("app", name))
                .addNewPort()
                .withPort(80)
                .endPort();
    }

    private static Service create(Service service) {
        return tenant.client().resource(service).create();
    }

    private static void edit(
            String name, java.util.function.Consumer<ServiceFluent<ServiceBuilder>.SpecNested<ServiceBuilder>> change) {
        tenant.client().services().inNamespace("web").withName(name).edit(service -> {
            ServiceBuilder builder = new ServiceBuilder(service);
            ServiceFluent<ServiceBuilder>.SpecNested<ServiceBuilder> spec = builder.editSpec();
            change.accept(spec);
            return spec.endSpec().build();
        });
    }

    private static Service source(String name) {
        return tenant.client().services().inNamespace("web").withName(name).get();
    }

    private static Service twin(String name) {
        return world.superClient()
                .services()
                .inNamespace(tenant.superNamespace("web"))
                .withName(name)
                .get();
    }

    private static List<EndpointSlice> slices(String service) {
        return world.superClient()
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(tenant.superNamespace("web"))
                .withLabel("kubernetes.io/service-name", service)
                .list()
                .getItems();
    }

    private static Integer nodePort(Service service) {
        assertThat(service).isNotNull();
        return service.getSpec().getPorts().getFirst().getNodePort();
    }

    private static List<String> eventsOf(String name) {
        return tenant.client().v1().events().inNamespace("web").list().getItems().stream()
                .filter(event -> name.equals(event.getInvolvedObject().getName()))
                .map(io.fabric8.kubernetes.api.model.Event::getReason)
                .toList();
    }

    /** Reserved for this test's tenant, as the operator leaves it. */
    private static void awaitReserved(String address) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            IPAddress there = ipAddress(address);
            if (there != null
                    && !tenant.key()
                            .value()
                            .equals(there.getMetadata().getLabels().get(Keys.CLUSTER))) {
                // Left by a tenant of another test on the same servers, with the same slice.
                world.superClient().resource(there).delete();
                there = null;
            }
            return there != null
                    || world.superClient().resource(reservation(address)).create() != null;
        });
    }

    private static IPAddress reservation(String address) {
        return new IPAddressBuilder()
                .withNewMetadata()
                .withName(address)
                .addToLabels(Keys.CONTROLLED, "true")
                .addToLabels(Keys.CLUSTER, tenant.key().value())
                .endMetadata()
                .withNewSpec()
                .withNewParentRef()
                .withGroup(Keys.GROUP)
                .withResource("virtualclusters")
                .withNamespace("default")
                .withName(tenant.virtualCluster().getMetadata().getName())
                .endParentRef()
                .endSpec()
                .build();
    }

    private static IPAddress ipAddress(String address) {
        return world.superClient().resources(IPAddress.class).withName(address).get();
    }
}
