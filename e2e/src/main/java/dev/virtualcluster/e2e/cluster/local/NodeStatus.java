// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** What the API server says of a node. */
final class NodeStatus {
    private NodeStatus() {}

    /** Ready by condition; a kubelet that died a moment ago is still called ready by it. */
    static boolean isReady(ApiCalls api, String node) {
        return api.call("GET", "/api/v1/nodes/" + node, null, null)
                .filter(ApiCalls.Answer::succeeded)
                .map(answer -> isReady(answer.json()))
                .orElse(false);
    }

    static boolean isReady(JsonNode node) {
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (condition.path("type").asString("").equals("Ready")) {
                return condition.path("status").asString("").equals("True");
            }
        }
        return false;
    }

    /** Whether the kubelet has renewed the node's lease since the given moment. */
    static boolean hasBeatenSince(ApiCalls api, String node, Instant moment) {
        return api.call("GET", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/" + node, null, null)
                .filter(ApiCalls.Answer::succeeded)
                .map(answer -> answer.json().path("spec").path("renewTime").asString(""))
                .filter(time -> !time.isEmpty())
                .map(time -> !Instant.parse(time).isBefore(moment.minus(Duration.ofMillis(1))))
                .orElse(false);
    }
}
