// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.metadata.MetadataConversion;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What comes back from a Service's twin: node ports, the load balancer's addresses, transparent keys. Keeps no state. */
final class ServiceUpward {
    private static final String LOAD_BALANCER = "LoadBalancer";
    private static final String CLUSTER_IP = "ClusterIP";

    /**
     * Tells whether there is something to write.
     *
     * @param isTried whether the super cluster was asked for the tenant's present node ports
     */
    boolean differs(Tenant tenant, Service source, Service actual, boolean isTried) {
        return (isTried && nodePortsDiffer(source, actual))
                || !ingress(source).equals(ingress(actual))
                || !metadata(tenant, source, actual).isEmpty();
    }

    /** Writes what differs; sends nothing when nothing does. */
    void write(Tenant tenant, Service source, Service actual, boolean isTried) {
        if (isTried && nodePortsDiffer(source, actual)) {
            writeNodePorts(tenant, source, actual);
        }
        Map<String, Object> metadata = metadata(tenant, source, actual);
        if (!metadata.isEmpty()) {
            patch(tenant, source, "", Map.of("metadata", metadata));
        }
        if (!ingress(source).equals(ingress(actual))) {
            Map<String, Object> status = new LinkedHashMap<>();
            status.put("loadBalancer", Map.of("ingress", ingress(actual)));
            patch(tenant, source, "status", Map.of("status", status));
        }
    }

    private static void writeNodePorts(Tenant tenant, Service source, Service actual) {
        List<ServicePort> ports = ServicePorts.withNodePortsOf(ServicePorts.of(source), actual);
        try {
            patch(tenant, source, "", ports(source, ports));
        } catch (KubernetesClientException e) {
            if (e.getCode() != 422) {
                throw e;
            }
            // Another Service of the tenant has that number. Two may hold each other's: let go of ours first, and both
            // find their place when this is tried again.
            patch(tenant, source, "", ports(source, ServicePorts.withoutNodePorts(ports)));
            throw e;
        }
    }

    private static Map<String, Object> ports(Service source, List<ServicePort> ports) {
        return Map.of(
                "metadata",
                Map.of("resourceVersion", source.getMetadata().getResourceVersion()),
                "spec",
                Map.of("ports", ports));
    }

    private static void patch(Tenant tenant, Service source, String subresource, Map<String, Object> body) {
        Requests.patch(tenant.client(), Service.class, ObjectKey.of(source), subresource, Requests.MERGE_PATCH, body);
    }

    private static boolean nodePortsDiffer(Service source, Service actual) {
        String type = source.getSpec().getType();
        return !CLUSTER_IP.equals(type) && !ServicePorts.sameNodePorts(source, actual);
    }

    private static List<LoadBalancerIngress> ingress(Service service) {
        if (service.getStatus() == null
                || service.getStatus().getLoadBalancer() == null
                || service.getStatus().getLoadBalancer().getIngress() == null
                || !LOAD_BALANCER.equals(service.getSpec().getType())) {
            return new ArrayList<>();
        }
        return service.getStatus().getLoadBalancer().getIngress();
    }

    private static Map<String, Object> metadata(Tenant tenant, Service source, Service actual) {
        return MetadataConversion.up(tenant.settings(), source.getMetadata(), actual.getMetadata());
    }
}
