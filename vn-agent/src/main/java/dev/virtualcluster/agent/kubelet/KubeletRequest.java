// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.kubelet;

import dev.virtualcluster.agent.ownership.Target;
import dev.virtualcluster.agent.route.Call;
import java.nio.charset.StandardCharsets;

/**
 * Writes the request the kubelet gets. Built from what was judged, never copied from what came: names and UID are the super pod's, so
 * that the kubelet itself refuses a pod that was replaced between the judgement and the call. Pure function.
 */
public final class KubeletRequest {
    private KubeletRequest() {}

    /** The whole head for {@code call} on {@code target}, with {@code token} as the agent's credentials. */
    public static byte[] head(Call.OfPod call, Target target, KubeletAddress address, String token) {
        StringBuilder head = new StringBuilder(512)
                .append(call.method())
                .append(' ')
                .append(path(call, target))
                .append(call.query().isEmpty() ? "" : "?" + call.query())
                .append(" HTTP/1.1\r\nHost: ")
                .append(address.authority())
                .append("\r\nAuthorization: Bearer ")
                .append(token)
                .append("\r\n");
        call.headers()
                .lines()
                .forEach(line -> head.append(line.name())
                        .append(": ")
                        .append(line.value())
                        .append("\r\n"));
        call.upgrade()
                .ifPresentOrElse(
                        protocol -> head.append("Connection: Upgrade\r\nUpgrade: ")
                                .append(protocol.token())
                                .append("\r\n"),
                        // One request a connection: nothing that follows can be taken for a second one.
                        () -> head.append("Connection: close\r\n"));
        if (call.method().equals("POST")) {
            head.append("Content-Length: 0\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String path(Call.OfPod call, Target target) {
        // containerLogs is the one endpoint whose path has no room for the UID.
        String uid = call.endpoint().takesUid() ? "/" + target.uid() : "";
        String container = call.container().map(name -> "/" + name).orElse("");
        return "/" + call.endpoint().segment() + "/" + target.namespace() + "/" + target.name() + uid + container;
    }
}
