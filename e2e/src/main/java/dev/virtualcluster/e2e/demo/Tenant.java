// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

/**
 * A virtual cluster of the demonstration as its owner and its admin know it.
 *
 * @param namespace the namespace of the VirtualCluster object in the super cluster
 * @param name its name
 * @param key the tenant key: the root namespace's name
 * @param kubectl kubectl with the tenant's own kubeconfig
 * @param readySeconds from created to Ready; 0 when it was found Ready
 */
public record Tenant(String namespace, String name, String key, Kubectl kubectl, double readySeconds) {
    /** The super namespace of the tenant's {@code tenantNamespace}, read from the record that the syncer keeps. */
    public String superNamespace(Kubectl admin, String tenantNamespace) throws InterruptedException {
        for (var item : admin.json("get", "namespaces", "-l", "tenancy.x-k8s.io/cluster=" + key)
                .path("items")) {
            var annotations = item.path("metadata").path("annotations");
            if (annotations.path("tenancy.x-k8s.io/namespace").asString("").equals(tenantNamespace)) {
                return item.path("metadata").path("name").asString();
            }
        }
        throw new StepFailedException(
                "no namespace in the super cluster is recorded for " + tenantNamespace + " of tenant " + key);
    }
}
