// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.addresses.Cidr;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.engine.RefusedException;
import dev.virtualcluster.syncer.requests.Paths;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.tenant.TenantSettings;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddress;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddressList;
import io.fabric8.kubernetes.api.model.networking.v1.ParentReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The IPAddress objects that keep the super cluster from handing out a tenant's service addresses. Given up just before a
 * Service takes the address, made again when the Service is gone. Not cached: Services come and go rarely, and a
 * reservation must be judged by what is there now.
 */
final class AddressReservations {
    private static final String PARENT_RESOURCE = "virtualclusters";
    private static final String SERVICES = "services";
    private static final int LARGEST_SLICE_BITS = 12;

    private final KubernetesClient client;
    private final Set<Address> inWork = ConcurrentHashMap.newKeySet();

    private record Address(String tenant, String text) {}

    AddressReservations(KubernetesClient client) {
        this.client = client;
    }

    /** From now on the addresses are on their way between reservation and Service; a sweep leaves them alone. */
    void begin(Tenant tenant, Collection<String> addresses) {
        addresses.forEach(address -> inWork.add(new Address(tenant.key(), address)));
    }

    /** Who holds the addresses is decided; always follows {@link #begin}. */
    void end(Tenant tenant, Collection<String> addresses) {
        addresses.forEach(address -> inWork.remove(new Address(tenant.key(), address)));
    }

    /**
     * Frees the address for this Service.
     *
     * @throws RefusedException when somebody else holds it
     */
    void release(Tenant tenant, ObjectKey superService, String address) throws RefusedException {
        IPAddress held = Requests.read(client, IPAddress.class, ObjectKey.clusterScoped(address));
        if (held == null) {
            return;
        }
        ParentReference parent = held.getSpec() == null ? null : held.getSpec().getParentRef();
        if (parent != null && isReservation(tenant, parent)) {
            Requests.delete(
                    client,
                    held,
                    new DeleteOptionsBuilder()
                            .withNewPreconditions()
                            .withUid(held.getMetadata().getUid())
                            .endPreconditions()
                            .build());
            return;
        }
        if (parent != null
                && SERVICES.equals(parent.getResource())
                && superService.namespace().equals(parent.getNamespace())
                && superService.name().equals(parent.getName())) {
            // The Service exists already and our cache lags behind; the creation will say so.
            return;
        }
        throw new RefusedException(
                "AddressClash",
                "The address " + address
                        + " of this Service is in use outside of the virtual cluster. It is tried again;"
                        + " deleting and creating the Service gives it another address.");
    }

    /** Holds the address for the tenant; somebody holding it already, us or another, is left alone. */
    void reserve(Tenant tenant, String address) {
        TenantSettings settings = tenant.settings();
        IPAddress reservation = new IPAddressBuilder()
                .withNewMetadata()
                .withName(address)
                .addToLabels(Keys.CONTROLLED, Keys.TRUE)
                .addToLabels(Keys.CLUSTER, tenant.key())
                // The operator goes by these when it looks for what is left of a tenant, or for its slice.
                .addToAnnotations(Keys.VC_UID, settings.uid())
                .addToAnnotations(Keys.SLICE, slice(settings, address))
                .endMetadata()
                .withNewSpec()
                .withNewParentRef()
                .withGroup(Keys.GROUP)
                .withResource(PARENT_RESOURCE)
                .withNamespace(settings.namespace())
                .withName(settings.name())
                .endParentRef()
                .endSpec()
                .build();
        try {
            Requests.create(client, reservation);
        } catch (KubernetesClientException e) {
            if (e.getCode() != 409) {
                throw e;
            }
        }
    }

    /**
     * Reserves every address of the slice that neither a Service of the tenant nor a reservation holds.
     *
     * @return false when addresses were left out because they are being handed over
     */
    boolean sweep(Tenant tenant, Collection<String> usedByServices) {
        Set<String> held = new HashSet<>(usedByServices);
        String path = Paths.ofCollection(IPAddress.class, null) + "?labelSelector=" + Keys.CLUSTER.replace("/", "%2F")
                + "%3D" + tenant.key();
        Requests.send(client, "GET", path, Requests.JSON, null, IPAddressList.class)
                .getItems()
                .forEach(address -> held.add(address.getMetadata().getName()));
        boolean isComplete = true;
        for (String address : assignable(tenant)) {
            if (held.contains(address)) {
                continue;
            }
            if (inWork.contains(new Address(tenant.key(), address))) {
                isComplete = false;
            } else {
                reserve(tenant, address);
            }
        }
        return isComplete;
    }

    private static String slice(TenantSettings settings, String address) {
        for (String slice : settings.serviceCidr().split(",", -1)) {
            if (Cidr.anyContains(slice, address)) {
                return slice.trim();
            }
        }
        return settings.serviceCidr();
    }

    private static List<String> assignable(Tenant tenant) {
        String slice = tenant.settings().serviceCidr();
        if (slice.isEmpty() || slice.contains(",")) {
            return List.of();
        }
        Cidr range = Cidr.parse(slice);
        return range.bits() - range.prefix() > LARGEST_SLICE_BITS ? List.of() : range.assignable();
    }

    private static boolean isReservation(Tenant tenant, ParentReference parent) {
        return Keys.GROUP.equals(parent.getGroup())
                && PARENT_RESOURCE.equals(parent.getResource())
                && tenant.settings().namespace().equals(parent.getNamespace())
                && tenant.settings().name().equals(parent.getName());
    }
}
