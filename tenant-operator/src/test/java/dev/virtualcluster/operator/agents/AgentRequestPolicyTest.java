// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.agents.AgentRequestPolicy.Verdict;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentRequestPolicyTest {
    private static final Node NODE = new NodeBuilder()
            .withNewMetadata()
            .withName("node1")
            .endMetadata()
            .withNewStatus()
            .addNewAddress("172.30.0.11", "InternalIP")
            .addNewAddress("fd00::11", "InternalIP")
            .addNewAddress("node1.example", "Hostname")
            .endStatus()
            .build();

    private final AgentRequestPolicy policy = new AgentRequestPolicy("vc-system");

    @Test
    void approvesTheNodesOwnAgent() {
        var verdict = judge(request -> request);

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Approved.class, approved -> {
            assertThat(approved.node()).isEqualTo("node1");
            assertThat(approved.addresses()).contains("172.30.0.11");
            assertThat(approved.dnsNames()).containsExactly("node1");
        });
    }

    @Test
    void deniesWhoeverIsNoAgent() {
        denies(
                "only system:serviceaccount:vc-system:vn-agent may ask",
                request -> new CertificateSigningRequestBuilder(request)
                        .editSpec()
                        .withUsername("system:serviceaccount:default:vn-agent")
                        .endSpec()
                        .build());
        denies(
                "another signer",
                request -> new CertificateSigningRequestBuilder(request)
                        .editSpec()
                        .withSignerName("kubernetes.io/kubelet-serving")
                        .endSpec()
                        .build());
    }

    @Test
    void deniesATokenThatIsNotBoundToOneNode() {
        denies("not bound to a node", request -> withExtra(request, Map.of()));
        denies(
                "not bound to a node",
                request -> withExtra(
                        request, Map.of("authentication.kubernetes.io/node-name", List.of("node1", "node2"))));
    }

    @Test
    void waitsForANodeThatIsNotKnownYet() {
        assertThat(judge(request ->
                        withExtra(request, Map.of("authentication.kubernetes.io/node-name", List.of("node9")))))
                .isInstanceOf(Verdict.Unknown.class);
    }

    @Test
    void deniesNamesAndAddressesOfOthers() {
        denies("not node node1's: [node2]", request -> withRequest(request, Set.of("node2"), Set.of("172.30.0.11")));
        denies(
                "not node node1's: [10.0.0.1]",
                request -> withRequest(request, Set.of(), Set.of("172.30.0.11", "10.0.0.1")));
        denies("names no address", request -> withRequest(request, Set.of("node1"), Set.of()));
    }

    @Test
    void deniesAnotherSubject() {
        denies(
                "its subject must be CN=system:vn-agent:node1",
                request -> withPem(
                        request,
                        Requests.pem("system:vn-agent:node2", "system:vn-agents", Set.of(), Set.of("172.30.0.11"))));
        denies(
                "its subject must be CN=system:vn-agent:node1",
                request -> withPem(
                        request,
                        Requests.pem("system:vn-agent:node1", "system:masters", Set.of(), Set.of("172.30.0.11"))));
    }

    @Test
    void deniesOtherUsagesAndRubbish() {
        denies(
                "usages must be",
                request -> new CertificateSigningRequestBuilder(request)
                        .editSpec()
                        .withUsages("client auth", "server auth")
                        .endSpec()
                        .build());
        denies("cannot be read", request -> withPem(request, "rubbish"));
    }

    @Test
    void deniesAKeyThatTheAskerHasNot() {
        denies(
                "cannot be read",
                request -> withPem(
                        request,
                        Requests.pemOfAnothersKey("system:vn-agent:node1", "system:vn-agents", Set.of("172.30.0.11"))));
    }

    @Test
    void deniesNamesOfOtherKinds() {
        denies(
                "not node node1's: [kind 6]",
                request -> withPem(
                        request,
                        Requests.pemWithUri(
                                "system:vn-agent:node1",
                                "system:vn-agents",
                                Set.of("172.30.0.11"),
                                "urn:virtualcluster:u")));
    }

    /** What a person has to do with a certificate of an agent that went astray is wait. */
    @ParameterizedTest
    @CsvSource({",720", "3600,1", "2592000,720", "2592001,720", "2147483647,720"})
    void signsForThirtyDaysAtMost(@Nullable Integer seconds, long hours) {
        var request = new CertificateSigningRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(seconds)
                .endSpec()
                .build();

        assertThat(AgentCertificateRequests.validity(request)).isEqualTo(Duration.ofHours(hours));
    }

    private void denies(String why, UnaryOperator<CertificateSigningRequest> change) {
        assertThat(judge(change))
                .isInstanceOfSatisfying(
                        Verdict.Denied.class, denied -> assertThat(denied.why()).contains(why));
    }

    private Verdict judge(UnaryOperator<CertificateSigningRequest> change) {
        var good = new CertificateSigningRequestBuilder()
                .withNewMetadata()
                .withName("r")
                .endMetadata()
                .withNewSpec()
                .withSignerName(Keys.AGENT_SERVING_SIGNER)
                .withUsername("system:serviceaccount:vc-system:vn-agent")
                .withExtra(Map.of("authentication.kubernetes.io/node-name", List.of("node1")))
                .withUsages("digital signature", "server auth")
                .endSpec()
                .build();
        return policy.judge(
                change.apply(withRequest(good, Set.of("node1"), Set.of("172.30.0.11", "fd00::11"))),
                AgentRequestPolicyTest::node);
    }

    private static @Nullable Node node(dev.virtualcluster.runtime.cluster.ObjectKey key) {
        return key.name().equals("node1") ? NODE : null;
    }

    private static CertificateSigningRequest withRequest(
            CertificateSigningRequest request, Set<String> names, Set<String> addresses) {
        return withPem(request, Requests.pem("system:vn-agent:node1", "system:vn-agents", names, addresses));
    }

    private static CertificateSigningRequest withPem(CertificateSigningRequest request, String pem) {
        return new CertificateSigningRequestBuilder(request)
                .editSpec()
                .withRequest(Requests.encoded(pem))
                .endSpec()
                .build();
    }

    private static CertificateSigningRequest withExtra(
            CertificateSigningRequest request, Map<String, List<String>> extra) {
        return new CertificateSigningRequestBuilder(request)
                .editSpec()
                .withExtra(extra)
                .endSpec()
                .build();
    }
}
