// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Secret;
import org.junit.jupiter.api.Test;

class SuperNamesTest {
    private final SuperNames names = new SuperNames(new TenantKey("default-0aa177-acme"));

    @Test
    void saysTheSameEachTime() {
        assertThat(names.namespace("shop")).isEqualTo("default-0aa177-acme-shop");
        assertThat(names.namespace("shop")).isEqualTo("default-0aa177-acme-shop");
        assertThat(names.namespace("n".repeat(60)))
                .hasSize(63)
                .startsWith("default-0aa177-acme-")
                .isEqualTo(names.namespace("n".repeat(60)));
    }

    @Test
    void namesThePlaceOfEveryKindOfObject() {
        assertThat(names.key(Secret.class, new ObjectKey("shop", "kube-root-ca.crt")))
                .isEqualTo(new ObjectKey("default-0aa177-acme-shop", "kube-root-ca.crt"));
        assertThat(names.key(ConfigMap.class, new ObjectKey("shop", "kube-root-ca.crt")))
                .isEqualTo(new ObjectKey("default-0aa177-acme-shop", "tenant-kube-root-ca.crt"));
        assertThat(names.key(Namespace.class, ObjectKey.clusterScoped("shop")))
                .isEqualTo(ObjectKey.clusterScoped("default-0aa177-acme-shop"));
        assertThat(names.key(Node.class, ObjectKey.clusterScoped("n1"))).isEqualTo(ObjectKey.clusterScoped("n1"));
    }
}
