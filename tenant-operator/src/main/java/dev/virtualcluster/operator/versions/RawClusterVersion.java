// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.versions;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Map;

/**
 * A ClusterVersion whose templates are not parsed yet. Its schema lets anything pass, so parsing belongs where a failure
 * concerns this one object, not into the watch over all of them.
 */
@Group(Keys.GROUP)
@Version(Keys.VERSION)
@Kind("ClusterVersion")
@Plural("clusterversions")
public final class RawClusterVersion extends CustomResource<Map<String, Object>, Map<String, Object>> {}
