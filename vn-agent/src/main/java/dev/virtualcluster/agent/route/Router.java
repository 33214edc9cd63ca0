// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.route;

import dev.virtualcluster.agent.http.RefusalReason;
import dev.virtualcluster.agent.http.RefusedException;
import dev.virtualcluster.agent.http.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * From a request's head to what it asks for. A path is read raw and never decoded: names of Kubernetes need no escapes, so a path with
 * one is an attack or a mistake, and both are refused. Pure function.
 */
public final class Router {
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern LABEL = NAMESPACE;
    private static final Pattern POD =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern UID = Pattern.compile("[a-zA-Z0-9][-a-zA-Z0-9]{0,63}");
    private static final Pattern PLAIN_PATH = Pattern.compile("/[-A-Za-z0-9._~/]*");

    /** Everything else stays here: credentials, forwarding claims, hop-by-hop headers, whatever is invented next. */
    private static final List<String> PASSED_ON = List.of(
            "X-Stream-Protocol-Version",
            "Sec-WebSocket-Key",
            "Sec-WebSocket-Version",
            "Sec-WebSocket-Protocol",
            "Sec-WebSocket-Extensions",
            "Accept",
            "User-Agent");

    private Router() {}

    /**
     * What {@code head} asks for.
     *
     * @throws RefusedException when that is not on the list
     */
    public static Call route(RequestHead head) {
        List<String> segments = segments(head.rawPath());
        Endpoint endpoint = Endpoint.of(segments.getFirst()).orElseThrow(Router::unknownPath);
        return endpoint.isOfPod() ? ofPod(endpoint, head, segments) : health(head, segments);
    }

    private static Call health(RequestHead head, List<String> segments) {
        if (segments.size() != 1) {
            throw unknownPath();
        }
        requireMethod(Endpoint.HEALTH, head);
        QueryRules.of(Endpoint.HEALTH).rewrite(head.rawQuery());
        upgrade(Endpoint.HEALTH, head);
        return new Call.Health();
    }

    /** The path is judged first: it says what the rest is about. */
    private static Call ofPod(Endpoint endpoint, RequestHead head, List<String> segments) {
        boolean withContainer = endpoint.namesContainer();
        int withoutUid = withContainer ? 4 : 3;
        boolean hasUid = segments.size() == withoutUid + 1 && endpoint.takesUid();
        if (segments.size() != withoutUid && !hasUid) {
            throw unknownPath();
        }
        PodReference pod = new PodReference(
                checked(NAMESPACE, segments.get(1), "namespace"),
                checked(POD, segments.get(2), "pod"),
                hasUid ? Optional.of(checked(UID, segments.get(3), "UID")) : Optional.empty());
        Optional<String> container =
                withContainer ? Optional.of(checked(LABEL, segments.getLast(), "container")) : Optional.empty();
        requireMethod(endpoint, head);
        String query = QueryRules.of(endpoint).rewrite(head.rawQuery());
        return new Call.OfPod(
                endpoint,
                head.method(),
                pod,
                container,
                query,
                upgrade(endpoint, head),
                head.headers().only(PASSED_ON));
    }

    private static void requireMethod(Endpoint endpoint, RequestHead head) {
        if (!endpoint.methods().contains(head.method())) {
            throw new RefusedException(
                    RefusalReason.METHOD,
                    "/" + endpoint.segment() + " answers to " + String.join(" and ", endpoint.methods()) + " only");
        }
    }

    private static Optional<UpgradeProtocol> upgrade(Endpoint endpoint, RequestHead head) {
        Optional<UpgradeProtocol> upgrade = UpgradeProtocol.of(head.method(), head.headers());
        if (upgrade.isPresent() != endpoint.isUpgraded()) {
            throw new RefusedException(
                    RefusalReason.UPGRADE,
                    endpoint.isUpgraded()
                            ? "Upgrade request required: /" + endpoint.segment() + " is a stream"
                            : "/" + endpoint.segment() + " cannot be upgraded");
        }
        return upgrade;
    }

    private static List<String> segments(String rawPath) {
        if (rawPath.contains("%")) {
            throw refused("escapes in the path are refused: no name needs them");
        }
        if (!PLAIN_PATH.matcher(rawPath).matches()) {
            throw refused("the path holds characters that no name has");
        }
        List<String> segments = List.of(rawPath.substring(1).split("/", -1));
        for (String segment : segments) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw refused("the path has an empty or a dot segment");
            }
        }
        return segments;
    }

    private static String checked(Pattern pattern, String value, String what) {
        if (!pattern.matcher(value).matches()) {
            throw refused("the path's " + what + " is not a valid name");
        }
        return value;
    }

    private static RefusedException unknownPath() {
        return refused(
                "the node agent serves containerLogs, exec, attach, portForward and healthz; nothing else of a node"
                        + " is open to a tenant");
    }

    private static RefusedException refused(String message) {
        return new RefusedException(RefusalReason.PATH, message);
    }
}
