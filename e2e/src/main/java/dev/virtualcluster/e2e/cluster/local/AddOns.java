// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.Versions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What every cluster has besides the bare control plane: cluster DNS and a default storage class. */
final class AddOns {
    private static final Map<String, String> PATHS = Map.of(
            "StorageClass", "/apis/storage.k8s.io/v1/storageclasses",
            "ServiceAccount", "/api/v1/namespaces/%s/serviceaccounts",
            "ClusterRole", "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            "ClusterRoleBinding", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
            "ConfigMap", "/api/v1/namespaces/%s/configmaps",
            "Deployment", "/apis/apps/v1/namespaces/%s/deployments",
            "Service", "/api/v1/namespaces/%s/services");

    private final YAMLMapper yaml = new YAMLMapper();
    private final Versions versions;

    AddOns(Versions versions) {
        this.versions = versions;
    }

    void apply(ApiCalls api) {
        for (String document : documents()) {
            JsonNode object = yaml.readTree(document);
            String kind = object.path("kind").asString();
            JsonNode metadata = object.path("metadata");
            String path = Objects.requireNonNull(PATHS.get(kind), kind)
                    .formatted(metadata.path("namespace").asString(""));
            api.apply(path + "/" + metadata.path("name").asString(), document);
        }
    }

    static boolean isDnsReady(ApiCalls api) {
        return api.call("GET", "/apis/apps/v1/namespaces/kube-system/deployments/coredns", null, null)
                .filter(ApiCalls.Answer::succeeded)
                .map(answer ->
                        answer.json().path("status").path("readyReplicas").asInt(0) > 0)
                .orElse(false);
    }

    private List<String> documents() {
        try (InputStream in = AddOns.class.getResourceAsStream("add-ons.yaml")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${DOMAIN}", Addresses.CLUSTER_DOMAIN)
                    .replace("${DNS}", Addresses.DNS_SERVICE)
                    .replace("${IMAGE}", versions.image("coredns"))
                    .replace(
                            "${FORWARD}",
                            NodeConfigs.resolver().isEmpty()
                                    ? "# this host has no name server that a pod can reach"
                                    : "forward . /etc/resolv.conf");
            return List.of(text.split("(?m)^---\n", -1));
        } catch (IOException e) {
            throw new UncheckedIOException("reading add-ons", e);
        }
    }
}
