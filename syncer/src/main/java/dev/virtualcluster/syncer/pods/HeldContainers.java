// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.engine.RefusedException;
import dev.virtualcluster.syncer.engine.SuperCluster;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ephemeral containers of a tenant's pod that may not come into its super pod, or may not be called his there: an
 * administrator can debug a super pod too, and a tenant who takes the name of that container must not get into it.
 */
final class HeldContainers {
    private final SuperCluster superCluster;
    private final ForeignReferences references;

    HeldContainers(SuperCluster superCluster, ForeignReferences references) {
        this.superCluster = superCluster;
        this.references = references;
    }

    /** Why, by name. Sends nothing when every container is recorded as the tenant's already. */
    Map<String, RefusedException> of(Tenant tenant, Pod source, Pod converted, Pod actual) {
        Set<String> recorded = Ownership.containers(actual);
        Map<String, EphemeralContainer> wanted = byName(converted);
        wanted.keySet().removeAll(recorded);
        if (wanted.isEmpty()) {
            return Map.of();
        }
        Set<String> there = byName(actual).keySet();
        Map<String, RefusedException> held = new LinkedHashMap<>();
        if (wanted.keySet().stream().anyMatch(there::contains)) {
            holdTaken(wanted, actual, held);
        }
        byName(source).forEach((name, container) -> {
            if (wanted.containsKey(name) && !there.contains(name)) {
                try {
                    references.check(tenant, source, container);
                } catch (RefusedException e) {
                    held.put(name, e);
                }
            }
        });
        return held;
    }

    /**
     * A container that is there without being recorded is ours when it is what we would have added: a syncer may end
     * between adding and recording it. The cache keeps too little to tell.
     */
    private void holdTaken(Map<String, EphemeralContainer> wanted, Pod actual, Map<String, RefusedException> held) {
        Pod live = superCluster.objects(Pod.class).read(ObjectKey.of(actual));
        if (live == null
                || !live.getMetadata().getUid().equals(actual.getMetadata().getUid())) {
            // What is sent next carries the UID and fails.
            return;
        }
        byName(live).forEach((name, container) -> {
            EphemeralContainer own = wanted.get(name);
            if (own != null && !isSame(own, container)) {
                held.put(
                        name,
                        new RefusedException(
                                "NameTaken",
                                "The super cluster has put a container named " + name + " into this pod, which is not"
                                        + " managed for this virtual cluster. Use another name."));
            }
        });
    }

    /** Compares what makes the difference between two programs; the super cluster sets defaults in the rest. */
    private static boolean isSame(EphemeralContainer wanted, EphemeralContainer stored) {
        return Objects.equals(wanted.getImage(), stored.getImage())
                && wanted.getCommand().equals(stored.getCommand())
                && wanted.getArgs().equals(stored.getArgs())
                && Objects.equals(wanted.getTargetContainerName(), stored.getTargetContainerName())
                // Every container of ours has the address of the tenant's API server there.
                && values(stored.getEnv())
                        .entrySet()
                        .containsAll(values(wanted.getEnv()).entrySet());
    }

    private static Map<String, String> values(List<EnvVar> variables) {
        return variables.stream()
                .filter(variable -> variable.getValueFrom() == null)
                .collect(Collectors.toMap(EnvVar::getName, HeldContainers::value, (first, second) -> second));
    }

    private static String value(EnvVar variable) {
        String value = variable.getValue();
        return value == null ? "" : value;
    }

    private static Map<String, EphemeralContainer> byName(Pod pod) {
        Map<String, EphemeralContainer> containers = new LinkedHashMap<>();
        pod.getSpec().getEphemeralContainers().forEach(container -> containers.put(container.getName(), container));
        return containers;
    }
}
