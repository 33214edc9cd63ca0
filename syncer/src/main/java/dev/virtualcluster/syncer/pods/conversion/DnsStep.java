// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodDNSConfig;
import io.fabric8.kubernetes.api.model.PodDNSConfigBuilder;
import io.fabric8.kubernetes.api.model.PodDNSConfigOption;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pods that ask for cluster DNS get the tenant's: written out in full as policy {@code None}, since the kubelet knows the
 * super cluster's only. The pod's own dnsConfig is merged the way the kubelet merges it, and cut where the kubelet cuts,
 * because the API server refuses under {@code None} what the kubelet would cut.
 */
final class DnsStep implements PodStep {
    private static final int MAX_NAME_SERVERS = 3;
    private static final int MAX_SEARCHES = 32;
    private static final int MAX_SEARCH_CHARACTERS = 2048;
    private static final int MAX_DOMAIN_CHARACTERS = 253;

    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        PodSpec spec = draft.getSpec();
        String policy = spec.getDnsPolicy() == null ? "ClusterFirst" : spec.getDnsPolicy();
        boolean hostNetwork = Boolean.TRUE.equals(spec.getHostNetwork());
        switch (policy) {
            case "ClusterFirst" -> {
                if (hostNetwork) {
                    // The kubelet's own rule.
                    spec.setDnsPolicy("Default");
                } else {
                    useTenantDns(spec, source.getMetadata().getNamespace(), context);
                }
            }
            case "ClusterFirstWithHostNet" ->
                useTenantDns(spec, source.getMetadata().getNamespace(), context);
            default -> {
                // None brings its own settings, Default takes the node's.
            }
        }
    }

    private static void useTenantDns(PodSpec spec, String namespace, PodContext context) {
        String domain = context.clusterDomain();
        PodDNSConfig own = spec.getDnsConfig();
        Set<String> servers = new LinkedHashSet<>(List.of(context.dnsServer()));
        Set<String> searches = new LinkedHashSet<>(List.of(namespace + ".svc." + domain, "svc." + domain, domain));
        if (own != null) {
            servers.addAll(own.getNameservers());
            searches.addAll(own.getSearches());
        }
        spec.setDnsPolicy("None");
        spec.setDnsConfig(new PodDNSConfigBuilder()
                .withNameservers(servers.stream().limit(MAX_NAME_SERVERS).toList())
                .withSearches(fitting(searches))
                .withOptions(options(own))
                .build());
    }

    private static List<String> fitting(Collection<String> searches) {
        List<String> kept = new ArrayList<>();
        int characters = 0;
        for (String search : searches) {
            int added = search.length() + (kept.isEmpty() ? 0 : 1);
            if (search.length() > MAX_DOMAIN_CHARACTERS) {
                continue;
            }
            if (kept.size() == MAX_SEARCHES || characters + added > MAX_SEARCH_CHARACTERS) {
                break;
            }
            kept.add(search);
            characters += added;
        }
        return kept;
    }

    private static List<PodDNSConfigOption> options(@Nullable PodDNSConfig own) {
        Map<String, PodDNSConfigOption> options = new LinkedHashMap<>();
        options.put("ndots", new PodDNSConfigOption("ndots", "5"));
        if (own != null) {
            own.getOptions().forEach(option -> options.put(option.getName(), option));
        }
        return List.copyOf(options.values());
    }
}
