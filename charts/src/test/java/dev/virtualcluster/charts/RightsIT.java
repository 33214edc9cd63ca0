// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.marcnuri.helm.Helm;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.testing.ApiServers;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDRBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real API server lets our three service accounts do once the chart is installed, and what it does not. */
class RightsIT {
    @RegisterExtension
    static final ApiServers SERVER = ApiServers.one();

    private static final String SYSTEM = "rights-system";
    private static final String PLAIN = "rights-plain";
    private static final String MIRRORED = "rights-mirrored";
    private static final String ROOT = "rights-root";
    private static final Map<String, String> OURS = Map.of(Keys.CONTROLLED, Keys.TRUE);
    private static final Map<String, String> NOBODYS = Map.of("app", "shop");

    /** What the syncer sends to sub-resources of pods: readiness gates, debug containers, new resources. */
    private static final Map<String, String> SUB_RESOURCE_PATCHES = Map.of(
            "status", "{\"status\":{\"conditions\":[{\"type\":\"example.com/checked\",\"status\":\"True\"}]}}",
            "ephemeralcontainers", "{\"spec\":{\"ephemeralContainers\":[{\"name\":\"debugger\",\"image\":\"debug\"}]}}",
            "resize",
                    "{\"spec\":{\"containers\":[{\"name\":\"app\",\"resources\":{\"requests\":{\"cpu\":\"200m\"}}}]}}");

    private static KubernetesClient admin;
    private static KubernetesClient syncer;
    private static KubernetesClient operator;
    private static KubernetesClient agent;

    @BeforeAll
    static void installs() {
        admin = new KubernetesClientBuilder().withConfig(SERVER.get().config()).build();
        ChartFiles.applyCrds(admin);
        admin.resource(namespace(SYSTEM, Map.of(), Map.of())).create();
        admin.resource(namespace(PLAIN, NOBODYS, Map.of())).create();
        admin.resource(namespace(MIRRORED, OURS, Map.of())).create();
        admin.resource(namespace(ROOT, OURS, Map.of(Keys.VC_ROOT_NAMESPACE, Keys.TRUE)))
                .create();
        new Helm(ChartFiles.CHART)
                .install()
                .withName("rights")
                .withNamespace(SYSTEM)
                .withKubeConfigContents(SERVER.get().kubeconfig())
                .call();
        syncer = as(Keys.SYNCER_SERVICE_ACCOUNT);
        operator = as(Keys.OPERATOR_SERVICE_ACCOUNT);
        agent = as(Keys.AGENT_SERVICE_ACCOUNT);
        // The API server takes a moment to put a new policy to work.
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            refused(() -> syncer.resource(configMap(PLAIN, "probe", OURS)).create(), "the syncer must not");
            refused(() -> operator.resource(configMap(PLAIN, "probe", OURS)).create(), "the operator must not");
            refused(() -> agent.resource(request("probe", "example.com/other")).create(), "a node agent must not");
        });
    }

    @AfterAll
    static void uninstalls() {
        Helm.uninstall("rights")
                .withNamespace(SYSTEM)
                .withKubeConfigContents(SERVER.get().kubeconfig())
                .call();
        syncer.close();
        operator.close();
        agent.close();
        admin.close();
    }

    @ParameterizedTest
    @CsvSource({
        // account, verb, group, resource, subresource, allowed
        "vn-agent, get, '', secrets, '', false",
        "vn-agent, list, '', secrets, '', false",
        "vn-agent, watch, '', secrets, '', false",
        "vn-agent, get, '', configmaps, '', false",
        "vn-agent, get, '', pods, '', true",
        "vn-agent, watch, '', pods, '', true",
        "vn-agent, delete, '', pods, '', false",
        "vn-agent, create, '', pods, exec, false",
        "vn-agent, get, '', nodes, proxy, true",
        "vn-agent, create, '', serviceaccounts, token, false",
        "vn-agent, create, certificates.k8s.io, certificatesigningrequests, '', true",
        "vn-agent, update, certificates.k8s.io, certificatesigningrequests, approval, false",
        "vn-agent, get, tenancy.x-k8s.io, virtualclusters, '', false",
        "vc-syncer, list, '', secrets, '', true",
        "vc-syncer, create, '', serviceaccounts, token, false",
        "vc-syncer, create, '', pods, exec, false",
        "vc-syncer, patch, '', pods, status, true",
        "vc-syncer, update, '', pods, status, false",
        "vc-syncer, patch, '', pods, ephemeralcontainers, true",
        "vc-syncer, patch, '', pods, resize, true",
        "vc-syncer, create, '', pods, binding, false",
        "vc-syncer, create, '', pods, eviction, false",
        "vc-syncer, patch, '', services, status, false",
        "vc-syncer, patch, '', nodes, status, false",
        "vc-syncer, update, '', namespaces, finalize, false",
        "vc-syncer, update, '', nodes, '', false",
        "vc-syncer, update, tenancy.x-k8s.io, virtualclusters, '', false",
        "vc-syncer, patch, tenancy.x-k8s.io, virtualclusters, status, true",
        "vc-syncer, create, rbac.authorization.k8s.io, clusterrolebindings, '', false",
        "vc-syncer, create, apps, deployments, '', false",
        "vc-tenant-operator, create, apps, statefulsets, '', true",
        "vc-tenant-operator, create, '', pods, '', false",
        "vc-tenant-operator, create, '', pods, exec, false",
        "vc-tenant-operator, create, rbac.authorization.k8s.io, clusterrolebindings, '', false",
        "vc-tenant-operator, escalate, rbac.authorization.k8s.io, clusterroles, '', false",
        "vc-tenant-operator, impersonate, '', users, '', false",
        "vc-tenant-operator, create, admissionregistration.k8s.io, validatingadmissionpolicies, '', false",
    })
    void grantsWhatItMust(
            String account, String verb, String group, String resource, String subresource, boolean isAllowed) {
        var review = admin.authorization()
                .v1()
                .subjectAccessReview()
                .create(new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser("system:serviceaccount:" + SYSTEM + ":" + account)
                        .withNewResourceAttributes()
                        .withVerb(verb)
                        .withGroup(group)
                        .withResource(resource)
                        .withSubresource(subresource)
                        .endResourceAttributes()
                        .endSpec()
                        .build());

        assertThat(review.getStatus().getAllowed()).isEqualTo(isAllowed);
    }

    /** A right that no code uses is one that only an attacker uses. */
    @Test
    void grantsTheOperatorThisAndNothingElse() {
        var rules = admin.rbac()
                .clusterRoles()
                .withName(Keys.OPERATOR_SERVICE_ACCOUNT)
                .get()
                .getRules();

        assertThat(rules)
                .flatExtracting(rule -> rule.getResources().stream()
                        .map(resource -> rule.getApiGroups().getFirst() + "/" + resource + " "
                                + String.join(" ", rule.getVerbs()))
                        .toList())
                .containsExactlyInAnyOrder(
                        "tenancy.x-k8s.io/virtualclusters get list watch patch",
                        "tenancy.x-k8s.io/clusterversions get list watch patch",
                        "tenancy.x-k8s.io/virtualclusters/status patch",
                        "/namespaces get list watch create patch delete",
                        "/secrets get list watch create patch delete",
                        "/services get list watch create patch",
                        "apps/statefulsets get list watch create patch delete",
                        "/configmaps get create patch",
                        "/pods get list watch delete",
                        "/persistentvolumeclaims get list delete",
                        "/events get list create patch",
                        "networking.k8s.io/servicecidrs get list watch create delete",
                        "networking.k8s.io/ipaddresses get list watch create delete",
                        "/nodes get list watch",
                        "certificates.k8s.io/certificatesigningrequests get list watch",
                        "certificates.k8s.io/certificatesigningrequests/approval patch",
                        "certificates.k8s.io/certificatesigningrequests/status patch",
                        "certificates.k8s.io/signers approve sign");
    }

    @Test
    void signsForItsOwnSignerOnly() {
        assertThat(maySign("tenancy.x-k8s.io/vn-agent-serving")).isTrue();
        assertThat(maySign("kubernetes.io/kube-apiserver-client")).isFalse();
    }

    @Nested
    class TheSyncer {
        @Test
        void writesLabelledObjectsInLabelledNamespaces() {
            assertThatCode(() ->
                            syncer.resource(configMap(MIRRORED, "own", OURS)).create())
                    .doesNotThrowAnyException();
            assertThatCode(() ->
                            syncer.resource(configMap(MIRRORED, "own", OURS)).delete())
                    .doesNotThrowAnyException();
        }

        @Test
        void writesNothingInOtherNamespaces() {
            refused(
                    () -> syncer.resource(configMap(PLAIN, "a", OURS)).create(),
                    "the syncer must not write in a namespace that lacks the label");
        }

        @Test
        void writesNothingInRootNamespaces() {
            refused(
                    () -> syncer.resource(configMap(ROOT, "a", OURS)).create(),
                    "the syncer must not write in a root namespace");
        }

        @Test
        void writesNoObjectWithoutOurLabel() {
            refused(
                    () -> syncer.resource(configMap(MIRRORED, "unlabelled", NOBODYS))
                            .create(),
                    "the syncer must not write an object that lacks the label");
        }

        @Test
        void neitherTakesOverNorDeletesWhatIsNotOurs() {
            admin.resource(configMap(MIRRORED, "foreign", NOBODYS)).create();

            refused(() -> syncer.resource(configMap(MIRRORED, "foreign", OURS)).update(), "the syncer must not");
            refused(
                    () -> syncer.configMaps()
                            .inNamespace(MIRRORED)
                            .withName("foreign")
                            .delete(),
                    "the syncer must not");
        }

        @Test
        void putsALabelBackThatWasTakenAwayFromItsOwnObject() {
            ConfigMap stripped = new ConfigMapBuilder(configMap(MIRRORED, "stripped", NOBODYS))
                    .editMetadata()
                    .addToAnnotations(Keys.TENANT_UID, "2f1d1c52-7b0e-4b3e-9d6a-0d8f3c1b5a77")
                    .endMetadata()
                    .build();
            admin.resource(stripped).create();

            assertThatCode(() -> syncer.configMaps()
                            .inNamespace(MIRRORED)
                            .withName("stripped")
                            .edit(found -> new ConfigMapBuilder(found)
                                    .editMetadata()
                                    .addToLabels(OURS)
                                    .endMetadata()
                                    .build()))
                    .doesNotThrowAnyException();
        }

        @Test
        void writesTheSubResourcesOfItsPodsAndOfNoOthers() {
            admin.resource(pod("own-pod", OURS)).create();
            admin.resource(pod("foreign-pod", NOBODYS)).create();

            for (Map.Entry<String, String> patch : SUB_RESOURCE_PATCHES.entrySet()) {
                assertThatCode(() -> patch("own-pod", patch)).as(patch.getKey()).doesNotThrowAnyException();
                refused(() -> patch("foreign-pod", patch), "the syncer must not");
            }
        }

        private void patch(String name, Map.Entry<String, String> patch) {
            syncer.pods()
                    .inNamespace(MIRRORED)
                    .withName(name)
                    .subresource(patch.getKey())
                    .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), patch.getValue());
        }

        @Test
        void takesOverTheDefaultServiceAccount() {
            var account = new ServiceAccountBuilder()
                    .withNewMetadata()
                    .withNamespace(MIRRORED)
                    .withName("default")
                    .endMetadata();
            admin.resource(account.build()).create();

            assertThatCode(() -> syncer.serviceAccounts()
                            .inNamespace(MIRRORED)
                            .withName("default")
                            .edit(found -> new ServiceAccountBuilder(found)
                                    .editMetadata()
                                    .addToLabels(OURS)
                                    .endMetadata()
                                    .build()))
                    .doesNotThrowAnyException();
        }

        @Test
        void makesNoNamespaceWithoutOurLabelAndNoRootNamespace() {
            refused(
                    () -> syncer.resource(namespace("rights-a", NOBODYS, Map.of()))
                            .create(),
                    "the syncer must not");
            refused(
                    () -> syncer.resource(namespace("rights-b", OURS, Map.of(Keys.VC_ROOT_NAMESPACE, Keys.TRUE)))
                            .create(),
                    "the syncer must not write in a root namespace");
        }

        @Test
        void neitherLabelsNorDeletesNamespacesOfOthers() {
            refused(() -> syncer.namespaces().withName(PLAIN).delete(), "the syncer must not");
            refused(() -> syncer.namespaces().withName(ROOT).delete(), "the syncer must not write in a root namespace");
            refused(
                    () -> syncer.namespaces()
                            .withName(PLAIN)
                            .edit(found -> new NamespaceBuilder(found)
                                    .editMetadata()
                                    .addToLabels(OURS)
                                    .endMetadata()
                                    .build()),
                    "the syncer must not");
        }

        @Test
        void writesNoSecretInOurOwnNamespace() {
            refused(
                    () -> syncer.resource(new SecretBuilder()
                                    .withNewMetadata()
                                    .withNamespace(SYSTEM)
                                    .withName("vn-agent-client-ca")
                                    .endMetadata()
                                    .build())
                            .create(),
                    "the syncer must not");
        }
    }

    @Nested
    class TheOperator {
        @Test
        void writesInItsOwnNamespaceAndInLabelledOnes() {
            assertThatCode(() -> operator.resource(configMap(SYSTEM, "agents", Map.of()))
                            .create())
                    .doesNotThrowAnyException();
            assertThatCode(() ->
                            operator.resource(configMap(ROOT, "facts", OURS)).create())
                    .doesNotThrowAnyException();
        }

        @Test
        void repairsWhatSomebodyUnlabelledInARootNamespace() {
            admin.resource(configMap(ROOT, "drifted", NOBODYS)).create();

            assertThatCode(() -> operator.resource(configMap(ROOT, "drifted", OURS))
                            .fieldManager("it")
                            .forceConflicts()
                            .serverSideApply())
                    .doesNotThrowAnyException();
        }

        @Test
        void makesAndDeletesLabelledClusterScopedObjects() {
            Namespace namespace = namespace("rights-new-root", OURS, Map.of(Keys.VC_ROOT_NAMESPACE, Keys.TRUE));
            ServiceCIDR slice = new ServiceCIDRBuilder()
                    .withNewMetadata()
                    .withName("vc-10-97-250-0-24")
                    .withLabels(OURS)
                    .endMetadata()
                    .withNewSpec()
                    .withCidrs("10.97.250.0/24")
                    .endSpec()
                    .build();

            for (HasMetadata object : List.of(namespace, slice)) {
                assertThatCode(() -> operator.resource(object).create()).doesNotThrowAnyException();
                assertThatCode(() -> operator.resource(object).delete()).doesNotThrowAnyException();
            }
            refused(
                    () -> operator.resource(new ServiceCIDRBuilder(slice)
                                    .editMetadata()
                                    .withLabels(NOBODYS)
                                    .endMetadata()
                                    .build())
                            .create(),
                    "the operator must not write an object that lacks the label");
        }

        @Test
        void writesNothingElsewhere() {
            refused(
                    () -> operator.resource(configMap(PLAIN, "a", OURS)).create(),
                    "the operator must not write in a namespace that lacks the label");
            refused(() -> operator.resource(configMap(ROOT, "a", NOBODYS)).create(), "the operator must not");
            refused(() -> operator.namespaces().withName(PLAIN).delete(), "the operator must not");
        }
    }

    @Nested
    class TheAgent {
        @Test
        void asksOurSignerForACertificateAndNobodyElse() {
            refused(
                    () -> agent.resource(request("other", "kubernetes.io/kube-apiserver-client"))
                            .create(),
                    "a node agent must not write anything but a request to the signer");
            assertThatCode(() -> agent.resource(request("own", Keys.AGENT_SERVING_SIGNER))
                            .dryRun()
                            .create())
                    .doesNotThrowAnyException();
        }
    }

    private static boolean maySign(String signer) {
        return admin.authorization()
                .v1()
                .subjectAccessReview()
                .create(new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser("system:serviceaccount:" + SYSTEM + ":" + Keys.OPERATOR_SERVICE_ACCOUNT)
                        .withNewResourceAttributes()
                        .withVerb("sign")
                        .withGroup("certificates.k8s.io")
                        .withResource("signers")
                        .withName(signer)
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .getStatus()
                .getAllowed();
    }

    private static void refused(ThrowingCallable call, String text) {
        assertThatThrownBy(call).hasMessageContaining(text);
    }

    private static KubernetesClient as(String account) {
        Config config = SERVER.get().config();
        config.setImpersonateUsername("system:serviceaccount:" + SYSTEM + ":" + account);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static Namespace namespace(String name, Map<String, String> labels, Map<String, String> annotations) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .withAnnotations(annotations)
                .endMetadata()
                .build();
    }

    private static Pod pod(String name, Map<String, String> labels) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(MIRRORED)
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("app")
                .withImage("app")
                .withNewResources()
                .addToRequests("cpu", new Quantity("100m"))
                .endResources()
                .endContainer()
                .addNewReadinessGate("example.com/checked")
                .endSpec()
                .build();
    }

    private static ConfigMap configMap(String namespace, String name, Map<String, String> labels) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build();
    }

    private static io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest request(
            String name, String signer) {
        return new CertificateSigningRequestBuilder()
                .withNewMetadata()
                .withName("rights-" + name)
                .endMetadata()
                .withNewSpec()
                .withSignerName(signer)
                .withUsages("digital signature", "server auth")
                .withRequest(Base64.getEncoder().encodeToString(PEM.getBytes(StandardCharsets.US_ASCII)))
                .endSpec()
                .build();
    }

    /** A certificate request of the right form; nobody answers it. */
    private static final String PEM = """
            -----BEGIN CERTIFICATE REQUEST-----
            MIH2MIGeAgEAMDwxGTAXBgNVBAoMEHN5c3RlbTp2bi1hZ2VudHMxHzAdBgNVBAMM
            FnN5c3RlbTp2bi1hZ2VudDpub2RlLTEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
            AAQliAJ4EsNc6/HhQFMMaURUFkQaYqTSapjfnV2Kbn6qX2ZLo0QanJgueFc2HTV3
            NUNAHD5XNZjG6VSOZJSZ2OhEoAAwCgYIKoZIzj0EAwIDRwAwRAIhANTKAwY3T2Ao
            13dykjcNA2E1lCzFXu64y322QCPIpflaAh8ft9/YDXkEdSe5EufJ3vdoIsz9kwHX
            4Zm356aAdsaL
            -----END CERTIFICATE REQUEST-----
            """;
}
