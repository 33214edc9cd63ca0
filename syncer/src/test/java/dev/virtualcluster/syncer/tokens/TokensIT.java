// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tokens;

import static dev.virtualcluster.syncer.pods.PodWorld.pod;
import static dev.virtualcluster.syncer.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.syncer.pods.PodWorld;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens of pods, from a real TokenRequest of the tenant, judged by real API servers. */
class TokensIT {
    private static PodWorld pods;

    @BeforeAll
    static void start() {
        pods = new PodWorld("tokens");
    }

    @AfterAll
    static void stop() {
        pods.close();
    }

    @Test
    void tokenIsThePodsOwnInTheTenantAndNothingInTheSuperCluster() {
        // Given
        Pod running = pods.running(withToken("own", "web", null));

        // When
        String token = token(running);

        // Then
        TokenReview review = review(pods.tenant().client(), token, null);
        assertThat(review.getStatus().getAuthenticated()).isTrue();
        assertThat(review.getStatus().getUser().getUsername()).isEqualTo("system:serviceaccount:own:default");
        assertThat(review.getStatus().getUser().getExtra().get("authentication.kubernetes.io/pod-uid"))
                .isEqualTo(List.of(running.getMetadata().getUid()));
        assertThat(review(pods.world().superClient(), token, null).getStatus().getAuthenticated())
                .as("known to the super cluster")
                .isNotEqualTo(true);
    }

    @Test
    void honoursAudience() {
        // Given
        Pod running = pods.running(withToken("audience", "web", "vault"));

        // When
        String token = token(running);

        // Then
        assertThat(review(pods.tenant().client(), token, "vault").getStatus().getAuthenticated())
                .isTrue();
        assertThat(review(pods.tenant().client(), token, null).getStatus().getAuthenticated())
                .isNotEqualTo(true);
    }

    @Test
    void renewsWhatIsDueAndOnlyThat() {
        // Given
        Pod running = pods.running(withToken("renew", "web", null));
        String first = token(running);

        // When a syncer starts that has nothing to do
        pods.world().stopSyncer();
        pods.world().startSyncer();
        settle();
        assertThat(token(running)).as("token after a restart").isEqualTo(first);

        // When most of the life is over
        pods.world().stopSyncer();
        pods.world().startSyncer(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(490)));

        // Then
        eventually(() -> assertThat(token(running)).isNotEqualTo(first));
        assertThat(review(pods.tenant().client(), token(running), null)
                        .getStatus()
                        .getAuthenticated())
                .isTrue();
        pods.world().stopSyncer();
        pods.world().startSyncer();
    }

    @Test
    void bringsBackSecretThatWasRemoved() {
        // Given
        Pod running = pods.running(withToken("removed", "web", null));
        Secret first = Objects.requireNonNull(secret(running));

        // When
        pods.world().superClient().resource(first).delete();

        // Then
        eventually(() -> assertThat(secret(running))
                .isNotNull()
                .satisfies(found -> assertThat(found.getMetadata().getUid())
                        .isNotEqualTo(first.getMetadata().getUid())));
    }

    @Test
    void putsTheLabelsOfASecretBack() {
        // Given
        Pod running = pods.running(withToken("unlabelled", "web", null));
        Secret first = Objects.requireNonNull(secret(running));

        // When
        pods.world()
                .superClient()
                .resource(first)
                .edit(secret -> new SecretBuilder(secret)
                        .editMetadata()
                        .withLabels(Map.of())
                        .endMetadata()
                        .build());

        // Then
        eventually(() -> assertThat(secret(running)).isNotNull().satisfies(found -> {
            assertThat(found.getMetadata().getUid())
                    .isEqualTo(first.getMetadata().getUid());
            assertThat(found.getMetadata().getLabels())
                    .isEqualTo(first.getMetadata().getLabels());
        }));
        assertThat(review(pods.tenant().client(), token(running), null)
                        .getStatus()
                        .getAuthenticated())
                .isTrue();
        String last = version(running);
        await().during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(version(running)).isEqualTo(last));
    }

    @Test
    void leavesAForeignSecretAloneAndSaysSo() {
        // Given
        Pod running = pods.running(withToken("squatted", "web", null));
        Secret first = Objects.requireNonNull(secret(running));

        // When
        Secret foreign = pods.world()
                .superClient()
                .resource(first)
                .edit(secret -> new SecretBuilder(secret)
                        .editMetadata()
                        .withLabels(Map.of())
                        .withAnnotations(Map.of())
                        .endMetadata()
                        .build());

        // Then
        eventually(() -> assertThat(pods.tenant()
                        .client()
                        .v1()
                        .events()
                        .inNamespace("squatted")
                        .list()
                        .getItems())
                .anySatisfy(event -> {
                    assertThat(event.getReason()).isEqualTo("FailedMount");
                    assertThat(event.getMessage()).contains("it is left alone");
                }));
        assertThat(version(running)).isEqualTo(foreign.getMetadata().getResourceVersion());
        pods.world().superClient().resource(foreign).delete();
        pods.tenant().client().resource(running).withGracePeriod(0).delete();
    }

    @Test
    void removesSecretWithItsPod() {
        // Given
        Pod running = pods.running(withToken("gone", "web", null));
        assertThat(secret(running)).isNotNull();

        // When
        pods.tenant().client().resource(running).delete();
        Pod superPod = pods.awaitSuperPod(running);
        eventually(() -> assertThat(pods.superPod(running))
                .satisfies(pod ->
                        assertThat(pod.getMetadata().getDeletionTimestamp()).isNotNull()));
        pods.kubelet().finish(superPod);

        // Then
        pods.awaitGone(running);
        eventually(() -> assertThat(secret(running)).as("token Secret").isNull());
    }

    @Test
    void removesSecretOfPodThatWentWhileItWasDown() {
        // Given
        Pod running = pods.running(withToken("orphan", "web", null));
        pods.world().stopSyncer();

        // When
        pods.tenant().client().resource(running).withGracePeriod(0).delete();
        pods.world()
                .superClient()
                .resource(pods.awaitSuperPod(running))
                .withGracePeriod(0)
                .delete();
        pods.world().startSyncer();

        // Then
        eventually(() -> assertThat(secret(running)).as("token Secret").isNull());
    }

    @Test
    void makesSecretThatAnEarlierProcessOwedAPodWithoutNode() {
        // Given: super pod and Secret are stored side by side, and the process ended in between.
        Pod created = pods.create(withToken("owed", "web", null));
        pods.awaitSuperPod(created);
        eventually(() -> assertThat(secret(created)).isNotNull());
        pods.world().stopSyncer();
        pods.world()
                .superClient()
                .resource(Objects.requireNonNull(secret(created)))
                .delete();

        // When
        pods.world().startSyncer();

        // Then: long before a patrol.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(secret(created)).isNotNull());
    }

    private static void settle() {
        eventually(() -> assertThat(pods.world().syncer().servedTenants())
                .contains(pods.tenant().key().value()));
        eventually(() -> assertThat(pods.world().syncer().patrol().round()).isZero());
    }

    private static Pod withToken(String namespace, String name, @Nullable String audience) {
        return pod(namespace, name)
                .editSpec()
                .withServiceAccountName("default")
                .addNewVolume()
                .withName("access")
                .withNewProjected()
                .addNewSource()
                .withNewServiceAccountToken()
                .withAudience(audience)
                .withExpirationSeconds(600L)
                .withPath("token")
                .endServiceAccountToken()
                .endSource()
                .endProjected()
                .endVolume()
                .endSpec()
                .build();
    }

    private static @Nullable Secret secret(Pod tenantPod) {
        return pods.world()
                .superClient()
                .secrets()
                .inNamespace(
                        pods.tenant().superNamespace(tenantPod.getMetadata().getNamespace()))
                .withName("vc-token-" + tenantPod.getMetadata().getUid())
                .get();
    }

    private static String version(Pod tenantPod) {
        return Objects.requireNonNull(secret(tenantPod)).getMetadata().getResourceVersion();
    }

    private static String token(Pod tenantPod) {
        Secret secret = secret(tenantPod);
        assertThat(secret).as("token Secret").isNotNull();
        String data = Objects.requireNonNull(secret).getData().get("access.0");
        return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
    }

    private static TokenReview review(KubernetesClient client, String token, @Nullable String audience) {
        return client.resource(new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(audience == null ? List.of() : List.of(audience))
                        .endSpec()
                        .build())
                .create();
    }
}
