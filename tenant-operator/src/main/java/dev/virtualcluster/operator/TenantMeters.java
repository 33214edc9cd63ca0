// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import dev.virtualcluster.apis.Condition;
import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.Phases;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.metrics.Meters;
import java.util.List;
import java.util.Objects;

/** How many VirtualClusters are in each phase, and how many run without a change that was refused. */
final class TenantMeters {
    private static final List<String> PHASES =
            List.of(Phases.PENDING, Phases.RUNNING, Phases.UPDATING, Phases.ERROR, Phases.DELETING);

    private TenantMeters() {}

    static void bind(Meters meters, ObjectCache<VirtualCluster> virtualClusters) {
        for (String phase : PHASES) {
            meters.gauge("virtualclusters", () -> count(virtualClusters, phase), "phase", phase);
        }
        meters.gauge("virtualclusters_outdated", () -> outdated(virtualClusters));
    }

    private static double outdated(ObjectCache<VirtualCluster> virtualClusters) {
        return virtualClusters.list().stream()
                .filter(vc -> vc.getStatus() != null
                        && vc.getStatus().getConditions().stream()
                                .anyMatch(condition -> condition.getType().equals(ConditionTypes.UP_TO_DATE)
                                        && Condition.FALSE.equals(condition.getStatus())
                                        && !"RollingOut".equals(condition.getReason())))
                .count();
    }

    private static double count(ObjectCache<VirtualCluster> virtualClusters, String phase) {
        return virtualClusters.list().stream()
                .filter(vc -> vc.getStatus() != null
                        && Objects.equals(phase, vc.getStatus().getPhase()))
                .count();
    }
}
