// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * How a tenant's control plane is made: templates that many VirtualClusters share. Mutable, as the client needs it; not
 * safe for use by several threads while one of them writes.
 */
@Group(Keys.GROUP)
@Version(Keys.VERSION)
@ShortNames("cv")
@AdditionalPrinterColumn(
        name = "Kubernetes",
        jsonPath = ".spec.kubernetesVersion",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class ClusterVersion extends CustomResource<ClusterVersionSpec, Void> {
    @Override
    protected ClusterVersionSpec initSpec() {
        return new ClusterVersionSpec();
    }
}
