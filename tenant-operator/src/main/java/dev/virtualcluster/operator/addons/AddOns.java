// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.addons;

import dev.virtualcluster.apis.CoreDnsSpec;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.addresses.Cidr;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** The manifest of what is installed into a tenant. Pure functions. */
public final class AddOns {
    private static final String RESOURCE = "/addons/coredns.yaml";
    private static final String DEFAULT_IMAGE = "registry.k8s.io/coredns/coredns:v1.14.7";
    private static final String RESOLV_CONF = "/etc/resolv.conf";
    /** In a list of forwarders: names outside the cluster are not resolved at all. */
    private static final String NOWHERE = "none";

    private static final Pattern DOMAIN = Pattern.compile("[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?");
    private static final Pattern FORWARDER = Pattern.compile("[-a-zA-Z0-9.:/\\[\\]%_]+");
    private static final Pattern IMAGE = Pattern.compile("[-a-zA-Z0-9._:/@]+");

    private AddOns() {}

    /** The objects as YAML; empty when nothing is to be installed. */
    public static Optional<String> manifest(CoreDnsSpec spec, String clusterDomain, Cidr slice) {
        int replicas = Objects.requireNonNullElse(spec.getReplicas(), 1);
        if (replicas == 0) {
            return Optional.empty();
        }
        return Optional.of(template()
                .replace("${CLUSTER_DOMAIN}", checked(DOMAIN, clusterDomain))
                .replace("${FORWARD}", forward(spec.getForward()))
                .replace("${DNS_ADDRESS}", slice.address(Keys.DNS_ADDRESS_OFFSET))
                .replace("${REPLICAS}", String.valueOf(replicas))
                .replace("${IMAGE}", checked(IMAGE, Objects.requireNonNullElse(spec.getImage(), DEFAULT_IMAGE))));
    }

    private static String forward(List<String> forwarders) {
        if (forwarders.equals(List.of(NOWHERE))) {
            return "";
        }
        var targets = forwarders.isEmpty() ? List.of(RESOLV_CONF) : forwarders;
        targets.forEach(target -> checked(FORWARDER, target));
        return "        forward . " + String.join(" ", targets);
    }

    /** Values go into a file that is parsed: what could end a line or a value is refused. */
    private static String checked(Pattern pattern, String value) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' cannot stand in the DNS server's configuration");
        }
        return value;
    }

    private static String template() {
        try (InputStream in = AddOns.class.getResourceAsStream(RESOURCE)) {
            return new String(Objects.requireNonNull(in, RESOURCE).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
