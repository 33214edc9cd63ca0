// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Ports of Services with and without their node ports. Pure functions. */
final class ServicePorts {
    private record Port(@Nullable Integer port, @Nullable String protocol) {
        static Port of(ServicePort port) {
            return new Port(port.getPort(), port.getProtocol());
        }
    }

    private ServicePorts() {}

    static List<ServicePort> of(Service service) {
        List<ServicePort> ports =
                service.getSpec() == null ? null : service.getSpec().getPorts();
        return ports == null ? List.of() : ports;
    }

    static boolean sameButNodePorts(Service a, Service b) {
        List<ServicePort> left = of(a);
        List<ServicePort> right = of(b);
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            ServicePort l = left.get(i);
            ServicePort r = right.get(i);
            if (!Objects.equals(l.getName(), r.getName())
                    || !Objects.equals(l.getPort(), r.getPort())
                    || !Objects.equals(l.getProtocol(), r.getProtocol())
                    || !Objects.equals(l.getTargetPort(), r.getTargetPort())
                    || !Objects.equals(l.getAppProtocol(), r.getAppProtocol())) {
                return false;
            }
        }
        return true;
    }

    /** The ports with the node ports that {@code from} has for the same port and protocol; others have none. */
    static List<ServicePort> withNodePortsOf(List<ServicePort> ports, Service from) {
        Map<Port, Integer> nodePorts = nodePorts(from);
        return ports.stream()
                .map(port -> new ServicePortBuilder(port)
                        .withNodePort(nodePorts.get(Port.of(port)))
                        .build())
                .toList();
    }

    static List<ServicePort> withoutNodePorts(List<ServicePort> ports) {
        return ports.stream()
                .map(port -> new ServicePortBuilder(port).withNodePort(null).build())
                .toList();
    }

    /** Tells whether both have the same node ports where {@code actual} has any. */
    static boolean sameNodePorts(Service service, Service actual) {
        Map<Port, Integer> wanted = nodePorts(service);
        for (ServicePort port : of(actual)) {
            if (isSet(port.getNodePort()) && !port.getNodePort().equals(wanted.get(Port.of(port)))) {
                return false;
            }
        }
        return true;
    }

    /** What the tenant's Service asks for, as text; empty when it asks for no node port. */
    static String wish(Service service) {
        StringBuilder wish = new StringBuilder();
        for (ServicePort port : of(service)) {
            if (isSet(port.getNodePort())) {
                wish.append(wish.isEmpty() ? "" : ",")
                        .append(port.getProtocol())
                        .append(port.getPort())
                        .append('=')
                        .append(port.getNodePort());
            }
        }
        return wish.toString();
    }

    private static Map<Port, Integer> nodePorts(Service service) {
        Map<Port, Integer> found = new HashMap<>();
        for (ServicePort port : of(service)) {
            if (isSet(port.getNodePort())) {
                found.put(Port.of(port), port.getNodePort());
            }
        }
        return found;
    }

    private static boolean isSet(@Nullable Integer nodePort) {
        return nodePort != null && nodePort != 0;
    }
}
