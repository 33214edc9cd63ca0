// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.testing;

import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.apis.names.NameTranslator;
import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;

/**
 * One tenant of a test.
 *
 * @param connection the tenant's API server, as its admin
 */
public record TenantWorld(TenantKey key, VirtualCluster virtualCluster, ClusterConnection connection) {
    public KubernetesClient client() {
        return connection.client();
    }

    /** Name of the super namespace of this tenant namespace. */
    public String superNamespace(String namespace) {
        return NameTranslator.superNamespace(key, namespace);
    }

    public Namespace createNamespace(String name) {
        return client().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    public ConfigMap createConfigMap(String namespace, String name, Map<String, String> data) {
        return client().resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .addToLabels("app.kubernetes.io/name", name.length() > 63 ? "long" : name)
                        .endMetadata()
                        .withData(data)
                        .build())
                .create();
    }
}
