// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.credentials.CredentialInputs.ExternalEndpoint;
import dev.virtualcluster.operator.status.Outcome;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a tenant's API server is reached from outside the super cluster. Pure functions. */
final class ExternalAccess {
    private static final String LOAD_BALANCER = "LoadBalancer";
    private static final String NODE_PORT = "NodePort";
    private static final List<String> PREFERRED = List.of("ExternalIP", "InternalIP");

    /** Enough that a lost node seldom means a new certificate, few enough for a small one. */
    private static final int NODES_IN_ADVANCE = 8;

    private ExternalAccess() {}

    /**
     * The load balancer's address, or a node's with the node port. Where a load balancer is asked for nothing else will
     * do, although the Service has a node port too: who is handed that would keep an address that was never meant.
     */
    static Optional<ExternalEndpoint> of(Service service, Collection<Node> nodes) {
        return LOAD_BALANCER.equals(service.getSpec().getType()) ? loadBalancer(service) : nodePort(service, nodes);
    }

    /** The same in words. */
    static Outcome outcome(@Nullable Service service, Collection<Node> nodes) {
        if (service == null) {
            return Outcome.waiting("NotCreated", "The API server's Service is not created yet");
        }
        String type = String.valueOf(service.getSpec().getType());
        var meta = service.getMetadata();
        return of(service, nodes)
                .map(endpoint -> Outcome.ready(
                        type,
                        "Reached at " + endpoint.host() + " port " + endpoint.port() + "; see "
                                + Keys.EXTERNAL_KUBECONFIG + " in Secret " + Keys.ADMIN_KUBECONFIG))
                .orElseGet(() -> switch (type) {
                    case LOAD_BALANCER ->
                        Outcome.waiting(
                                "LoadBalancerPending",
                                "Service " + meta.getName() + " in namespace " + meta.getNamespace()
                                        + " has no address yet; there is no kubeconfig for use from outside until a load"
                                        + " balancer gives it one");
                    case NODE_PORT -> Outcome.waiting("NoNodeReady", "No node is ready whose address could be named");
                    default ->
                        Outcome.waiting(
                                "InsideOnly", "Reached inside the super cluster only, as the ClusterVersion asks");
                });
    }

    /** The addresses of which the next endpoints will most likely be: the preferred ones of the first nodes by name. */
    static Set<String> nodeAddresses(Collection<Node> nodes) {
        return addresses(nodes).limit(NODES_IN_ADVANCE).collect(Collectors.toSet());
    }

    private static Optional<ExternalEndpoint> loadBalancer(Service service) {
        if (service.getStatus() == null || service.getStatus().getLoadBalancer() == null) {
            return Optional.empty();
        }
        return service.getStatus().getLoadBalancer().getIngress().stream()
                .map(ingress -> ingress.getIp() != null ? ingress.getIp() : ingress.getHostname())
                .filter(Objects::nonNull)
                .findFirst()
                .map(host -> new ExternalEndpoint(host, Keys.API_SERVER_SERVICE_PORT, true));
    }

    private static Optional<ExternalEndpoint> nodePort(Service service, Collection<Node> nodes) {
        var port = service.getSpec().getPorts().stream()
                .filter(each -> Objects.equals(each.getPort(), Keys.API_SERVER_SERVICE_PORT))
                .map(ServicePort::getNodePort)
                .filter(Objects::nonNull)
                .findFirst();
        return port.flatMap(
                number -> addresses(nodes).findFirst().map(host -> new ExternalEndpoint(host, number, false)));
    }

    /** The node that is first by name, so that the answer changes only when that node goes. */
    private static Stream<String> addresses(Collection<Node> nodes) {
        return nodes.stream()
                .filter(ExternalAccess::isReady)
                .sorted(java.util.Comparator.comparing(
                        node -> node.getMetadata().getName()))
                .flatMap(node -> PREFERRED.stream().flatMap(type -> addresses(node, type)));
    }

    private static Stream<String> addresses(Node node, String type) {
        return node.getStatus().getAddresses().stream()
                .filter(address -> type.equals(address.getType()))
                .map(NodeAddress::getAddress);
    }

    private static boolean isReady(Node node) {
        return node.getStatus() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }
}
