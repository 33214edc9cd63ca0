// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A tenant: an API server, controller-manager and etcd of its own on the nodes of the super cluster. Mutable, as the
 * client needs it; not safe for use by several threads while one of them writes.
 */
@Group(Keys.GROUP)
@Version(Keys.VERSION)
@ShortNames("vc")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "SyncerReady",
        jsonPath = ".status.conditions[?(@.type==\"SyncerReady\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.reason", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "ClusterVersion",
        jsonPath = ".spec.clusterVersionName",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Version",
        jsonPath = ".status.kubernetesVersion",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "ClusterNamespace",
        jsonPath = ".status.clusterNamespace",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@ValidationRule(
        value = "self.metadata.name.matches('^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$')",
        message = "metadata.name must be a DNS label: at most 63 characters a-z, 0-9 and -, no dots")
public class VirtualCluster extends CustomResource<VirtualClusterSpec, VirtualClusterStatus> implements Namespaced {
    @Override
    protected VirtualClusterSpec initSpec() {
        return new VirtualClusterSpec();
    }
}
