// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.engine.SuperNamespaces;
import dev.virtualcluster.syncer.metadata.MetadataConversion;
import dev.virtualcluster.syncer.testing.PaperTenant;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import org.junit.jupiter.api.Test;

class OwnershipTest {
    private final PaperTenant tenant = new PaperTenant();

    @Test
    void findsTheTenantObjectOfATwin() {
        assertThat(Ownership.tenantKey(tenant, twin())).isEqualTo(new ObjectKey("shop", "settings"));
        assertThat(Ownership.isTwin(tenant, source("uid-1"), twin())).isTrue();
    }

    @Test
    void twinOfAPredecessorIsNotTheTwin() {
        assertThat(Ownership.isTwin(tenant, source("uid-2"), twin())).isFalse();
        assertThat(Ownership.tenantKey(tenant, twin()))
                .as("but it is ours to remove")
                .isNotNull();
    }

    @Test
    void copyInAnotherPlaceProvesNothing() {
        ConfigMap copy = new ConfigMapBuilder(twin())
                .editMetadata()
                .withName("copy")
                .endMetadata()
                .build();

        assertThat(Ownership.tenantKey(tenant, copy)).isNull();
        assertThatThrownBy(() -> Ownership.require(tenant, copy)).isInstanceOf(ForeignObjectException.class);
    }

    @Test
    void everyPartOfTheProofIsNeeded() {
        for (String key : new String[] {Keys.CLUSTER, Keys.TENANT_NAMESPACE, Keys.TENANT_NAME, Keys.TENANT_UID}) {
            ConfigMap without = new ConfigMapBuilder(twin())
                    .editMetadata()
                    .removeFromAnnotations(key)
                    .endMetadata()
                    .build();

            assertThat(Ownership.tenantKey(tenant, without))
                    .as("without %s", key)
                    .isNull();
        }
    }

    @Test
    void namespaceMustCarryTheUidOfTheVirtualCluster() {
        Namespace source = new NamespaceBuilder()
                .withNewMetadata()
                .withName("shop")
                .withUid("uid-1")
                .endMetadata()
                .build();
        Namespace twin = SuperNamespaces.desired(tenant, source);
        assertThat(Ownership.isTwin(tenant, source, twin)).isTrue();

        Namespace ofFormerCluster = new NamespaceBuilder(twin)
                .editMetadata()
                .addToAnnotations(Keys.VC_UID, "former")
                .endMetadata()
                .build();
        assertThat(Ownership.tenantKey(tenant, ofFormerCluster)).isNull();
    }

    @Test
    void rootNamespaceIsNeverATwin() {
        Namespace twin = SuperNamespaces.desired(
                tenant,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("shop")
                        .withUid("uid-1")
                        .endMetadata()
                        .build());
        twin.getMetadata().getAnnotations().put(Keys.VC_ROOT_NAMESPACE, Keys.TRUE);

        assertThat(Ownership.tenantKey(tenant, twin)).isNull();
    }

    private static ConfigMap source(String uid) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("settings")
                .withUid(uid)
                .endMetadata()
                .build();
    }

    private ConfigMap twin() {
        ConfigMap twin = new ConfigMap();
        twin.setMetadata(MetadataConversion.down(
                tenant, source("uid-1").getMetadata(), tenant.superNamespace("shop"), "settings"));
        return twin;
    }
}
