// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tokens;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.requests.Paths;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;

/** Asks the tenant's API server for tokens, as the kubelet of a pod would. Holds nothing; blocks on the API server. */
final class TokenIssuer {
    private final InstantSource clock;

    TokenIssuer(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * A token and when it was issued. Its text form shows nothing of the token.
     *
     * @param base64 the token as a Secret holds it
     */
    record Token(String base64, TokenRecord.Issue issue) {
        @Override
        public String toString() {
            return "Token[***, " + issue + "]";
        }
    }

    Token issue(Tenant tenant, Pod source, TokenSource wanted) {
        Instant now = clock.instant();
        TokenRequest answer = Requests.send(
                tenant.client(), "POST", path(source), Requests.JSON, request(source, wanted), TokenRequest.class);
        byte[] token = answer.getStatus().getToken().getBytes(StandardCharsets.UTF_8);
        return new Token(
                Base64.getEncoder().encodeToString(token), new TokenRecord.Issue(now, life(answer, wanted, now)));
    }

    /**
     * The life granted, the shorter of two statements: the server may cut what was asked for, and its clock may differ
     * from ours.
     */
    private static Duration life(TokenRequest answer, TokenSource wanted, Instant now) {
        Long granted = answer.getSpec() == null ? null : answer.getSpec().getExpirationSeconds();
        Duration life = granted == null ? wanted.life() : Duration.ofSeconds(granted);
        Duration left = Duration.between(now, Instant.parse(answer.getStatus().getExpirationTimestamp()));
        return left.isPositive() && left.compareTo(life) < 0 ? left : life;
    }

    private static TokenRequest request(Pod source, TokenSource wanted) {
        return new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(wanted.audience().isEmpty() ? List.of() : List.of(wanted.audience()))
                .withExpirationSeconds(wanted.life().toSeconds())
                .withNewBoundObjectRef()
                .withApiVersion("v1")
                .withKind("Pod")
                .withName(source.getMetadata().getName())
                .withUid(source.getMetadata().getUid())
                .endBoundObjectRef()
                .endSpec()
                .build();
    }

    private static String path(Pod source) {
        String account = source.getSpec().getServiceAccountName();
        ObjectKey key = new ObjectKey(
                source.getMetadata().getNamespace(), account == null || account.isEmpty() ? "default" : account);
        return Paths.of(ServiceAccount.class, key) + "/token";
    }
}
