// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.apis.names.NameTranslator;
import dev.virtualcluster.operator.apply.Parallel;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.apply.WriteGate;
import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.runtime.addresses.Cidr;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.testing.ApiServerOptions;
import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddress;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tenants that want slices at the same time, before any of them is declared. */
class SliceClaimsIT {
    @RegisterExtension
    static final ApiServers SUPER = ApiServers.of(1, ApiServerOptions.defaults());

    private static final AddressPool POOL = new AddressPool(Cidr.parse("10.98.0.0/24"), 28);

    private final ClientPlatform platform = ClientPlatform.start();
    private ClusterConnection connection;
    private Reservations reservations;
    private SliceClaims claims;

    @BeforeEach
    void open() throws Exception {
        connection = platform.connect("super", SUPER.get().config());
        var writes = new SuperWrites(connection.client(), WriteGate.open());
        reservations = new Reservations(connection.client(), writes, new Parallel(platform.executor()));
        var slices = connection.cache(CacheSpec.all(ServiceCIDR.class));
        slices.awaitSynced(Duration.ofSeconds(30));
        claims = new SliceClaims(connection.client(), writes, slices, reservations, POOL);
    }

    @AfterEach
    void close() {
        connection
                .client()
                .resources(ServiceCIDR.class)
                .withLabel("tenancy.x-k8s.io/controlled")
                .delete();
        connection
                .client()
                .resources(IPAddress.class)
                .withLabel("tenancy.x-k8s.io/controlled")
                .delete();
        platform.close();
    }

    @Test
    void givesNobodyAPartOfWhatAnotherHasClaimed() {
        var big = held(claims.claim(tenant("big", "10.98.0.0/25")));

        var any = held(claims.claim(tenant("any", null)));
        var part = claims.claim(tenant("part", "10.98.0.64/28"));
        var whole = claims.claim(tenant("whole", "10.98.0.0/24"));

        assertThat(any.overlaps(big)).as(any + " overlaps " + big).isFalse();
        assertThat(part)
                .isInstanceOfSatisfying(
                        SliceClaims.Claim.Denied.class,
                        denied -> assertThat(denied.outcome().reason()).isEqualTo("ServiceCidrTaken"));
        assertThat(whole).isInstanceOf(SliceClaims.Claim.Denied.class);
    }

    /** Both looked before either had claimed; only the claims tell who was first. */
    @Test
    void letsTheFirstOfTwoOverlappingClaimsWin() throws Exception {
        var first = tenant("first", "10.98.0.0/25");
        var second = tenant("second", "10.98.0.64/28");
        var part = Cidr.parse("10.98.0.64/28");
        var whole = held(claims.claim(first));
        assertThat(reservations.reserve(second, part, "10.98.0.65")).isTrue();

        assertThat(claims.establish(first, whole).reason())
                .as("the other has an address still")
                .isEqualTo("SlicePending");
        assertThat(claims.establish(second, part).reason()).isEqualTo("SliceLost");
        assertThat(reservations.sliceOf(second)).isEmpty();
        claims.establish(first, whole);

        assertThat(connection
                        .client()
                        .resources(ServiceCIDR.class)
                        .withName(NameTranslator.serviceCidrName(whole.toString()))
                        .get())
                .isNotNull();
        assertThat(reservations.holds(first, whole, "10.98.0.65")).isTrue();
    }

    @Test
    void knowsASliceByAnyReservationThatStillNamesIt() {
        var tenant = tenant("edited", "10.98.0.128/28");
        var slice = held(claims.claim(tenant));
        assertThat(reservations.reserve(tenant, slice, "10.98.0.130")).isTrue();
        connection.client().resources(IPAddress.class).withName("10.98.0.129").edit(address -> {
            address.getMetadata().setAnnotations(Map.of());
            return address;
        });

        assertThat(reservations.sliceOf(tenant)).contains(slice);
    }

    private static Cidr held(SliceClaims.Claim claim) {
        assertThat(claim).isInstanceOf(SliceClaims.Claim.Held.class);
        return ((SliceClaims.Claim.Held) claim).slice();
    }

    private static Tenant tenant(String name, String wanted) {
        var vc = new VirtualCluster();
        vc.getMetadata().setNamespace("slices");
        vc.getMetadata().setName(name);
        vc.getMetadata()
                .setUid(UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .toString());
        vc.getSpec().setServiceCidr(wanted);
        return Tenant.of(vc);
    }
}
