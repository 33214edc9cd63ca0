// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

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
public class VirtualCluster extends CustomResource<VirtualClusterSpec, VirtualClusterStatus> implements Namespaced {
    @Override
    protected VirtualClusterSpec initSpec() {
        return new VirtualClusterSpec();
    }
}
