// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.agents;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.pki.LeafRequest;
import dev.virtualcluster.operator.pki.Pem;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.reconcile.Reconciler;
import dev.virtualcluster.runtime.reconcile.Result;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Approves, denies and signs the certificates that node agents serve with. The decision is {@link AgentRequestPolicy}'s;
 * what is signed is what was checked, not what the request may say besides.
 */
public final class AgentCertificateRequests implements Reconciler<ObjectKey> {
    private static final Logger LOG = LoggerFactory.getLogger(AgentCertificateRequests.class);
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final Duration SHORTEST = Duration.ofMinutes(10);

    private final ObjectCache<CertificateSigningRequest> requests;
    private final ObjectCache<Node> nodes;
    private final AgentAuthorityStore authorities;
    private final AgentRequestPolicy policy;
    private final SuperWrites writes;
    private final InstantSource clock;

    /** Serves what {@code requests} holds. */
    public AgentCertificateRequests(
            ObjectCache<CertificateSigningRequest> requests,
            ObjectCache<Node> nodes,
            AgentAuthorityStore authorities,
            AgentRequestPolicy policy,
            SuperWrites writes,
            InstantSource clock) {
        this.requests = requests;
        this.nodes = nodes;
        this.authorities = authorities;
        this.policy = policy;
        this.writes = writes;
        this.clock = clock;
    }

    @Override
    public Result reconcile(String tenant, ObjectKey key) {
        var request = requests.get(key);
        if (request == null || isSettled(request)) {
            return Result.done();
        }
        return switch (policy.judge(request, nodes::get)) {
            case AgentRequestPolicy.Verdict.Unknown unknown -> Result.requeueAfter(unknown.lookAgain());
            case AgentRequestPolicy.Verdict.Denied denied -> {
                deny(request, denied.why());
                yield Result.done();
            }
            case AgentRequestPolicy.Verdict.Approved approved -> {
                sign(isApproved(request) ? request : approve(request), approved);
                yield Result.done();
            }
        };
    }

    private CertificateSigningRequest approve(CertificateSigningRequest request) {
        return condition(request, "Approved", "NodeAgent", "A node agent asks for its own node's addresses");
    }

    private void deny(CertificateSigningRequest request, String why) {
        LOG.atWarn()
                .addKeyValue(LogKeys.NAME, request.getMetadata().getName())
                .addKeyValue(LogKeys.REASON, why)
                .log("a certificate is refused");
        condition(request, "Denied", "NotANodeAgent", why);
    }

    private CertificateSigningRequest condition(
            CertificateSigningRequest request, String type, String reason, String message) {
        var conditions = new ArrayList<CertificateSigningRequestCondition>();
        if (request.getStatus() != null) {
            conditions.addAll(request.getStatus().getConditions());
        }
        conditions.add(new CertificateSigningRequestConditionBuilder()
                .withType(type)
                .withStatus("True")
                .withReason(reason)
                .withMessage(message)
                .build());
        return writes.mergeSubresource(
                request,
                "approval",
                Map.of(
                        "metadata",
                        Map.of("resourceVersion", request.getMetadata().getResourceVersion()),
                        "status",
                        Map.of("conditions", conditions)));
    }

    private void sign(CertificateSigningRequest request, AgentRequestPolicy.Verdict.Approved approved) {
        var leaf = new LeafRequest(
                Keys.AGENT_SERVING_COMMON_NAME_PREFIX + approved.node(),
                List.of(Keys.AGENT_SERVING_ORGANIZATION),
                approved.dnsNames(),
                approved.addresses(),
                Set.of(),
                Set.of(LeafRequest.Usage.SERVER),
                validity(request));
        var authority = authorities.serving();
        var certificate = authority.sign(approved.key(), leaf, clock.instant());
        String chain = Pem.encode(certificate);
        writes.mergeSubresource(
                request,
                "status",
                Map.of(
                        "metadata",
                        Map.of("resourceVersion", request.getMetadata().getResourceVersion()),
                        "status",
                        Map.of(
                                "certificate",
                                Base64.getEncoder().encodeToString(chain.getBytes(StandardCharsets.UTF_8)))));
        LOG.atInfo()
                .addKeyValue(LogKeys.NAME, request.getMetadata().getName())
                .log("a node agent's certificate is signed");
    }

    static Duration validity(CertificateSigningRequest request) {
        Integer seconds = request.getSpec().getExpirationSeconds();
        if (seconds == null) {
            return LONGEST;
        }
        var wanted = Duration.ofSeconds(seconds);
        return wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted.compareTo(SHORTEST) < 0 ? SHORTEST : wanted;
    }

    private static boolean isSettled(CertificateSigningRequest request) {
        var status = request.getStatus();
        return status != null
                && ((status.getCertificate() != null && !status.getCertificate().isEmpty())
                        || has(status.getConditions(), "Denied")
                        || has(status.getConditions(), "Failed"));
    }

    private static boolean isApproved(CertificateSigningRequest request) {
        return request.getStatus() != null && has(request.getStatus().getConditions(), "Approved");
    }

    private static boolean has(List<CertificateSigningRequestCondition> conditions, String type) {
        return conditions.stream().anyMatch(condition -> Objects.equals(type, condition.getType()));
    }
}
