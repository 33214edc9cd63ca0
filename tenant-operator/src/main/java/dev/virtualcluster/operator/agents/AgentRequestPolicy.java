// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.agents;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.pki.CertificateRequest;
import dev.virtualcluster.operator.pki.PkiException;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who gets which serving certificate: the agents' service account, through a token bound to a pod of that node, for
 * names and addresses of that node and nothing else. Whatever is odd about a request is a reason to deny it.
 */
public final class AgentRequestPolicy {
    /** Set by the API server from the bound token; a client cannot set it. */
    private static final String NODE_NAME_EXTRA = "authentication.kubernetes.io/node-name";

    private static final Set<String> ALLOWED_USAGES = Set.of("digital signature", "key encipherment", "server auth");
    private static final String SERVER_AUTH = "server auth";
    private static final Duration UNTIL_NODE_SEEN = Duration.ofSeconds(2);

    private final String username;

    /** Accepts agents of the operator's own namespace. */
    public AgentRequestPolicy(String namespace) {
        this.username = "system:serviceaccount:" + namespace + ":" + Keys.AGENT_SERVICE_ACCOUNT;
    }

    /** What becomes of a request. */
    public sealed interface Verdict {
        /** To be signed with exactly this. */
        record Approved(String node, PublicKey key, Set<String> dnsNames, Set<String> addresses) implements Verdict {}

        /** Not to be signed. */
        record Denied(String why) implements Verdict {}

        /** The node is not known yet. */
        record Unknown(Duration lookAgain) implements Verdict {}
    }

    /** Judges a request. */
    Verdict judge(CertificateSigningRequest request, Function<ObjectKey, @Nullable Node> nodes) {
        var spec = request.getSpec();
        if (!Keys.AGENT_SERVING_SIGNER.equals(spec.getSignerName())) {
            return new Verdict.Denied("it is for another signer");
        }
        if (!username.equals(spec.getUsername())) {
            return new Verdict.Denied("only " + username + " may ask, not " + spec.getUsername());
        }
        var names = spec.getExtra() == null ? null : spec.getExtra().get(NODE_NAME_EXTRA);
        if (names == null || names.size() != 1) {
            return new Verdict.Denied("the token it was asked with is not bound to a node");
        }
        if (!ALLOWED_USAGES.containsAll(spec.getUsages()) || !spec.getUsages().contains(SERVER_AUTH)) {
            return new Verdict.Denied("usages must be 'digital signature' and 'server auth', not " + spec.getUsages());
        }
        var node = nodes.apply(ObjectKey.clusterScoped(names.getFirst()));
        return node == null ? new Verdict.Unknown(UNTIL_NODE_SEEN) : judge(spec.getRequest(), node);
    }

    private static Verdict judge(@Nullable String encoded, Node node) {
        String name = node.getMetadata().getName();
        try {
            byte[] pem = Base64.getDecoder().decode(Objects.requireNonNullElse(encoded, ""));
            var asked = CertificateRequest.parse(new String(pem, StandardCharsets.UTF_8));
            if (!asked.commonName().equals(Keys.AGENT_SERVING_COMMON_NAME_PREFIX + name)
                    || !asked.organizations().equals(List.of(Keys.AGENT_SERVING_ORGANIZATION))) {
                return new Verdict.Denied("its subject must be CN=" + Keys.AGENT_SERVING_COMMON_NAME_PREFIX + name
                        + ", O=" + Keys.AGENT_SERVING_ORGANIZATION);
            }
            var foreign = new TreeSet<>(asked.dnsNames());
            foreign.addAll(asked.addresses());
            foreign.addAll(asked.otherNames());
            foreign.removeAll(namesOf(node));
            if (!foreign.isEmpty()) {
                return new Verdict.Denied("it names what is not node " + name + "'s: " + foreign);
            }
            if (asked.addresses().isEmpty()) {
                return new Verdict.Denied("it names no address of the node");
            }
            return new Verdict.Approved(name, asked.key(), asked.dnsNames(), asked.addresses());
        } catch (PkiException | IllegalArgumentException e) {
            return new Verdict.Denied("the request cannot be read");
        }
    }

    private static Set<String> namesOf(Node node) {
        var names = new TreeSet<String>();
        names.add(node.getMetadata().getName());
        if (node.getStatus() != null) {
            node.getStatus().getAddresses().stream()
                    .map(NodeAddress::getAddress)
                    .map(CertificateRequest::canonical)
                    .forEach(names::add);
        }
        return names;
    }
}
