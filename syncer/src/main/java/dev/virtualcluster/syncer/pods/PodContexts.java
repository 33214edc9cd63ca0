// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.engine.NotYetException;
import dev.virtualcluster.syncer.pods.conversion.ApiServerAddress;
import dev.virtualcluster.syncer.pods.conversion.PodContext;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Finds what the conversion of a tenant's pods depends on: from the tenant's Services, else from its address slice. */
final class PodContexts {
    private static final ObjectKey API_SERVER = new ObjectKey("default", "kubernetes");
    private static final ObjectKey DNS = new ObjectKey(Keys.DNS_NAMESPACE, Keys.DNS_SERVICE);

    /** @throws NotYetException when neither is known yet */
    PodContext of(Tenant tenant) throws NotYetException {
        return new PodContext(tenant, apiServer(tenant), dnsServer(tenant));
    }

    private static ApiServerAddress apiServer(Tenant tenant) throws NotYetException {
        Service service = tenant.cache(Service.class).get(API_SERVER);
        String address = clusterIp(service);
        if (service != null && address != null) {
            int port = service.getSpec().getPorts().stream()
                    .filter(candidate -> "https".equals(candidate.getName()))
                    .map(ServicePort::getPort)
                    .findFirst()
                    .orElse(Keys.API_SERVER_SERVICE_PORT);
            return new ApiServerAddress(address, port);
        }
        return new ApiServerAddress(inSlice(tenant, 1), Keys.API_SERVER_SERVICE_PORT);
    }

    private static String dnsServer(Tenant tenant) throws NotYetException {
        String address = clusterIp(tenant.cache(Service.class).get(DNS));
        return address != null ? address : inSlice(tenant, Keys.DNS_ADDRESS_OFFSET);
    }

    private static @Nullable String clusterIp(@Nullable Service service) {
        String address = service == null ? null : service.getSpec().getClusterIP();
        return address == null || address.isEmpty() || address.equals("None") ? null : address;
    }

    private static String inSlice(Tenant tenant, int offset) throws NotYetException {
        String slice = tenant.settings().serviceCidr();
        int slash = slice.indexOf('/');
        if (slash < 0) {
            throw new NotYetException("the address slice of tenant " + tenant.key() + " is not known yet");
        }
        try {
            byte[] network = InetAddress.ofLiteral(slice.substring(0, slash)).getAddress();
            byte[] address =
                    new BigInteger(1, network).add(BigInteger.valueOf(offset)).toByteArray();
            byte[] fitted = new byte[network.length];
            int length = Math.min(address.length, fitted.length);
            System.arraycopy(address, address.length - length, fitted, fitted.length - length, length);
            return InetAddress.getByAddress(fitted).getHostAddress();
        } catch (IllegalArgumentException | UnknownHostException e) {
            throw new NotYetException("tenant " + tenant.key() + " has no valid address slice: " + slice);
        }
    }
}
