// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Services in front of a control plane's parts. */
final class Services {
    private static final String HEADLESS = "None";
    private static final String HTTPS = "https";
    private static final int ETCD_CLIENT_PORT = 2379;
    private static final int ETCD_PEER_PORT = 2380;

    private Services() {}

    /** Name of a part's Service, whether or not it has one. */
    static String nameOf(Part part) {
        return switch (part) {
            case ETCD -> Keys.ETCD;
            case API_SERVER -> Keys.API_SERVER_SERVICE;
            case CONTROLLER_MANAGER -> Keys.CONTROLLER_MANAGER + "-svc";
        };
    }

    /** Completes a copy of the template; etcd and API server get a Service even without one. */
    static Optional<Service> complete(Part part, @Nullable Service template, StatefulSet set, TenantFacts facts) {
        if (template == null && part == Part.CONTROLLER_MANAGER) {
            return Optional.empty();
        }
        var service = template == null ? new Service() : template;
        String name = nameOf(part);
        var given = service.getMetadata() == null ? null : service.getMetadata().getName();
        if (given != null && !given.equals(name)) {
            throw new TemplateException(part.fieldPath() + ".service.metadata.name", "must be '" + name + "'");
        }
        service.setApiVersion("v1");
        service.setKind("Service");
        service.setStatus(null);
        service.setMetadata(ObjectFacts.meta(service.getMetadata(), name, part, facts));
        var spec = Objects.requireNonNullElseGet(service.getSpec(), ServiceSpec::new);
        service.setSpec(spec);
        if (spec.getSelector() == null || spec.getSelector().isEmpty()) {
            spec.setSelector(Map.of(Completion.PART_LABEL, part.objectName()));
        }
        spec.getPorts().forEach(Services::completePort);
        switch (part) {
            case ETCD -> etcd(spec);
            case API_SERVER -> apiServer(spec, set, facts);
            case CONTROLLER_MANAGER -> {}
        }
        return Optional.of(service);
    }

    private static void etcd(ServiceSpec spec) {
        // The API server starts while etcd does: its name must resolve before etcd is ready.
        spec.setPublishNotReadyAddresses(true);
        spec.setClusterIP(HEADLESS);
        if (spec.getPorts().isEmpty()) {
            spec.setPorts(List.of(port("client", ETCD_CLIENT_PORT), port("peer", ETCD_PEER_PORT)));
        }
    }

    private static void apiServer(ServiceSpec spec, StatefulSet set, TenantFacts facts) {
        spec.setClusterIP(facts.apiServerAddress());
        spec.setClusterIPs(null);
        var ports = new ArrayList<>(spec.getPorts());
        if (ports.stream().noneMatch(port -> Objects.equals(port.getPort(), Keys.API_SERVER_SERVICE_PORT))) {
            // Pods of the tenant reach it as kubernetes.default, which is this address and this port.
            var target = ports.isEmpty() ? securePort(set) : ports.getFirst().getTargetPort();
            ports.add(new ServicePortBuilder()
                    .withName(HTTPS)
                    .withPort(Keys.API_SERVER_SERVICE_PORT)
                    .withProtocol("TCP")
                    .withTargetPort(target)
                    .build());
        }
        if (ports.size() > 1) {
            ports.stream()
                    .filter(port -> port.getName() == null)
                    .forEach(port -> port.setName("port-" + port.getPort()));
        }
        spec.setPorts(ports);
    }

    private static IntOrString securePort(StatefulSet set) {
        var container = set.getSpec().getTemplate().getSpec().getContainers().getFirst();
        return new IntOrString(new Arguments(container)
                .get("--secure-port")
                .map(Integer::valueOf)
                .orElse(Keys.API_SERVER_PORT));
    }

    private static void completePort(ServicePort port) {
        // Server-side apply merges ports by number and protocol: both must be said.
        if (port.getProtocol() == null) {
            port.setProtocol("TCP");
        }
        if (port.getTargetPort() == null) {
            port.setTargetPort(new IntOrString(port.getPort()));
        }
    }

    private static ServicePort port(String name, int number) {
        return new ServicePortBuilder()
                .withName(name)
                .withPort(number)
                .withProtocol("TCP")
                .withTargetPort(new IntOrString(number))
                .build();
    }
}
