// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.syncer.testing.PaperTenant;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MetadataConversionTest {
    private final PaperTenant tenant = new PaperTenant();

    @Test
    void copiesEveryLabelThatSelectorsMayNeed() {
        ObjectMeta twin = down(source().addToLabels("app.kubernetes.io/name", "web")
                .addToLabels("statefulset.kubernetes.io/pod-name", "web-0")
                .build());

        assertThat(twin.getLabels())
                .containsEntry("app.kubernetes.io/name", "web")
                .containsEntry("statefulset.kubernetes.io/pod-name", "web-0");
    }

    @Test
    void tenantCannotForgeProofs() {
        ObjectMeta twin = down(source().addToLabels(Keys.CLUSTER, "victim")
                .addToAnnotations(Keys.TENANT_UID, "forged")
                .addToAnnotations(Keys.TENANT_NAMESPACE, "forged")
                .addToAnnotations(MetadataConversion.COPIED, "x,y;z")
                .addToAnnotations("sub." + Keys.GROUP + "/x", "forged")
                .build());

        assertThat(twin.getLabels()).containsEntry(Keys.CLUSTER, tenant.key());
        assertThat(twin.getAnnotations())
                .containsEntry(Keys.TENANT_UID, "uid-1")
                .containsEntry(Keys.TENANT_NAMESPACE, "shop")
                .doesNotContainKey("sub." + Keys.GROUP + "/x")
                .doesNotContainKey(MetadataConversion.COPIED);
    }

    @Test
    void neverCopiesFinalizersOwnersOrUids() {
        ObjectMeta twin = down(source().addToFinalizers("tenant.example.com/hold")
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("apps/v1")
                        .withKind("ReplicaSet")
                        .withName("web")
                        .withUid("owner")
                        .withController(true)
                        .build())
                .withResourceVersion("7")
                .build());

        assertThat(twin.getFinalizers()).isEmpty();
        assertThat(twin.getOwnerReferences()).isEmpty();
        assertThat(twin.getUid()).isNull();
        assertThat(twin.getResourceVersion()).isNull();
    }

    @Test
    void leavesOutOpaqueAndTransparentPrefixes() {
        tenant.withPrefixes(List.of("up.example.com/"), List.of("down.example.com/"));

        ObjectMeta twin = down(source().addToLabels("up.example.com/a", "1")
                .addToLabels("down.example.com/b", "2")
                .addToLabels("c", "3")
                .build());

        assertThat(twin.getLabels())
                .containsEntry("c", "3")
                .doesNotContainKeys("up.example.com/a", "down.example.com/b");
    }

    @Test
    void mergeRemovesWhatTheTenantRemovedAndKeepsWhatOthersAdded() {
        // Given
        ObjectMeta first =
                down(source().addToLabels("old", "1").addToLabels("kept", "1").build());
        ObjectMeta actual = new ObjectMetaBuilder(first)
                .withUid("super-uid")
                .withResourceVersion("12")
                .addToFinalizers("super.example.com/hold")
                .addToLabels("mesh.example.com/injected", "yes")
                .build();

        // When
        ObjectMeta desired = down(source().addToLabels("kept", "2").build());
        ObjectMeta merged = MetadataConversion.merged(desired, actual);

        // Then
        assertThat(MetadataConversion.differs(desired, actual)).isTrue();
        assertThat(MetadataConversion.differs(desired, merged)).isFalse();
        assertThat(merged.getLabels())
                .containsEntry("kept", "2")
                .containsEntry("mesh.example.com/injected", "yes")
                .doesNotContainKey("old");
        assertThat(merged.getResourceVersion()).isEqualTo("12");
        assertThat(merged.getUid()).isEqualTo("super-uid");
        assertThat(merged.getFinalizers()).containsExactly("super.example.com/hold");
        assertThat(actual.getLabels()).as("the cached object is not touched").containsEntry("old", "1");
    }

    @Test
    void removingTheLastLabelIsADifference() {
        ObjectMeta actual = down(source().addToLabels("only", "1").build());
        ObjectMeta desired = down(source().build());

        assertThat(MetadataConversion.differs(desired, actual)).isTrue();
        assertThat(MetadataConversion.merged(desired, actual).getLabels()).doesNotContainKey("only");
    }

    @Test
    void whatOthersAddIsNoDifference() {
        ObjectMeta desired = down(source().addToLabels("a", "1").build());
        ObjectMeta actual =
                new ObjectMetaBuilder(desired).addToAnnotations("injected", "x").build();

        assertThat(MetadataConversion.differs(desired, actual)).isFalse();
    }

    @Test
    void transparentKeysOfTheSuperClusterFlowUp() {
        tenant.withPrefixes(List.of("up.example.com/"), List.of());
        ObjectMeta source = source().addToLabels("up.example.com/mine", "1").build();
        ObjectMeta actual = new ObjectMetaBuilder(down(source))
                .addToLabels("up.example.com/theirs", "2")
                .addToLabels("other", "3")
                .build();

        assertThat(MetadataConversion.up(tenant.settings(), source, actual))
                .isEqualTo(Map.of(
                        "uid", "uid-1", "labels", Map.of("up.example.com/theirs", "2"), "annotations", Map.of()));
        ObjectMeta told = new ObjectMetaBuilder(source)
                .addToLabels("up.example.com/theirs", "2")
                .build();
        assertThat(MetadataConversion.up(tenant.settings(), told, actual)).isEmpty();
    }

    /** The CRD refuses such prefixes, and one that was stored before shows the tenant nothing of ours all the same. */
    @Test
    void ourOwnKeysNeverFlowUp() {
        tenant.withPrefixes(List.of(Keys.GROUP), List.of());
        ObjectMeta source = source().build();

        assertThat(MetadataConversion.up(tenant.settings(), source, down(source)))
                .satisfiesAnyOf(
                        patch -> assertThat(patch).isEmpty(),
                        patch -> assertThat(patch.toString()).doesNotContain(Keys.GROUP));
    }

    /** Or the syncer would fight for it with whoever sets it in the super cluster. */
    @Test
    void transparentKeyThatFlowedUpDoesNotComeDownAgain() {
        tenant.withPrefixes(List.of("up.example.com/"), List.of());
        ObjectMeta told = source().addToLabels("up.example.com/theirs", "1").build();
        ObjectMeta actual = new ObjectMetaBuilder(down(told))
                .addToLabels("up.example.com/theirs", "2")
                .build();

        assertThat(MetadataConversion.differs(down(told), actual)).isFalse();
        assertThat(MetadataConversion.merged(down(told), actual).getLabels())
                .containsEntry("up.example.com/theirs", "2");
        assertThat(down(told).getLabels()).doesNotContainKey("up.example.com/theirs");
    }

    @Nested
    class OfNamespaces {
        private static final String NODE_SELECTOR = "scheduler.alpha.kubernetes.io/node-selector";

        @Test
        void copiesNothingUnderTheDomainsOfKubernetes() {
            ObjectMeta twin = ofNamespace(source().addToLabels("kubernetes.io/metadata.name", "shop")
                    .addToLabels("app.kubernetes.io/name", "shop")
                    .addToLabels("k8s.io/a", "1")
                    .addToLabels("sub.k8s.io/b", "2")
                    .addToLabels("notk8s.io/c", "3")
                    .addToLabels("team", "red")
                    .addToAnnotations(NODE_SELECTOR, "")
                    .addToAnnotations("scheduler.alpha.kubernetes.io/tolerationsWhitelist", "[]")
                    .build());

            assertThat(twin.getLabels())
                    .containsEntry("team", "red")
                    .containsEntry("notk8s.io/c", "3")
                    .doesNotContainKeys(
                            "kubernetes.io/metadata.name", "app.kubernetes.io/name", "k8s.io/a", "sub.k8s.io/b");
            assertThat(twin.getAnnotations().keySet()).noneMatch(key -> key.contains("kubernetes.io/"));
        }

        @Test
        void tenantNeitherOverwritesNorRemovesWhatTheAdminPutThere() {
            // Given
            ObjectMeta actual = new ObjectMetaBuilder(
                            ofNamespace(source().addToLabels("team", "red").build()))
                    .addToLabels("policy.example.com/exempt", "no")
                    .addToAnnotations("policy.example.com/level", "strict")
                    .addToAnnotations(NODE_SELECTOR, "pool=tenants")
                    .build();

            // When
            ObjectMeta set = ofNamespace(source().addToLabels("team", "red")
                    .addToLabels("policy.example.com/exempt", "yes")
                    .addToAnnotations("policy.example.com/level", "none")
                    .addToAnnotations(NODE_SELECTOR, "pool=others")
                    .build());
            ObjectMeta whileSet = MetadataConversion.merged(
                    new ObjectMetaBuilder(set).addToLabels("team", "blue").build(), actual);
            ObjectMeta afterwards = MetadataConversion.merged(ofNamespace(source().build()), whileSet);

            // Then
            assertThat(MetadataConversion.differs(set, actual))
                    .as("no drift, the patrol would write for ever")
                    .isFalse();
            assertThat(whileSet.getLabels()).containsEntry("team", "blue");
            assertThat(afterwards.getLabels()).doesNotContainKey("team");
            for (ObjectMeta meta : List.of(whileSet, afterwards)) {
                assertThat(meta.getLabels()).containsEntry("policy.example.com/exempt", "no");
                assertThat(meta.getAnnotations())
                        .containsEntry("policy.example.com/level", "strict")
                        .containsEntry(NODE_SELECTOR, "pool=tenants");
            }
        }

        @Test
        void changesAndRemovesWhatItCopied() {
            ObjectMeta actual = ofNamespace(
                    source().addToLabels("team", "red").addToLabels("old", "1").build());
            ObjectMeta desired =
                    ofNamespace(source().addToLabels("team", "blue").build());

            assertThat(MetadataConversion.differs(desired, actual)).isTrue();
            assertThat(MetadataConversion.merged(desired, actual).getLabels())
                    .containsEntry("team", "blue")
                    .doesNotContainKey("old");
        }

        @Test
        void takesOverAKeyThatTheAdminGaveUp() {
            ObjectMeta actual = ofNamespace(source().build());
            ObjectMeta desired = ofNamespace(
                    source().addToLabels("policy.example.com/level", "1").build());

            ObjectMeta merged = MetadataConversion.merged(desired, actual);

            assertThat(merged.getLabels()).containsEntry("policy.example.com/level", "1");
            assertThat(MetadataConversion.merged(ofNamespace(source().build()), merged)
                            .getLabels())
                    .doesNotContainKey("policy.example.com/level");
        }

        @Test
        void removesWhatWasCopiedBeforeTheseKeysWereKeptBack() {
            ObjectMeta desired = ofNamespace(
                    source().addToAnnotations(NODE_SELECTOR, "pool=others").build());
            ObjectMeta actual = new ObjectMetaBuilder(desired)
                    .addToAnnotations(NODE_SELECTOR, "pool=others")
                    .addToAnnotations(MetadataConversion.COPIED, ";" + NODE_SELECTOR)
                    .build();

            assertThat(MetadataConversion.differs(desired, actual)).isTrue();
            assertThat(MetadataConversion.merged(desired, actual).getAnnotations())
                    .doesNotContainKeys(NODE_SELECTOR, MetadataConversion.COPIED);
        }

        private ObjectMeta ofNamespace(ObjectMeta source) {
            return MetadataConversion.down(tenant, source, "", tenant.superNamespace("shop"));
        }
    }

    private static ObjectMetaBuilder source() {
        return new ObjectMetaBuilder().withNamespace("shop").withName("web").withUid("uid-1");
    }

    private ObjectMeta down(ObjectMeta source) {
        return MetadataConversion.down(tenant, source, tenant.superNamespace("shop"), "web");
    }
}
