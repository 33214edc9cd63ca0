// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.PodSecurityLevel;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.engine.Refusals;
import dev.virtualcluster.syncer.engine.RefusedException;
import dev.virtualcluster.syncer.engine.SuperCluster;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.pods.conversion.PodConversion;
import dev.virtualcluster.syncer.pods.status.MergePatch;
import dev.virtualcluster.syncer.pods.status.PodConditions;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a super pod, as patches that name only what changes: what the super cluster's own webhooks put into the pod
 * is never touched, and a trimmed cache is enough to work on. The UID inside each patch makes the server refuse it for
 * another pod of that name.
 */
final class PodUpdate {
    /** Each costs a request, again at every look at the pod; and nobody reads more events than that. */
    private static final int MOST_TRIED = 16;

    private final SuperCluster superCluster;
    private final HeldContainers heldContainers;

    PodUpdate(SuperCluster superCluster, ForeignReferences references) {
        this.superCluster = superCluster;
        this.heldContainers = new HeldContainers(superCluster, references);
    }

    /**
     * Sends what differs; up to four requests, because container resources and ephemeral containers have sub-resources
     * of their own. A new ephemeral container is written down as the tenant's once it is there, no sooner: the server
     * refuses it where a webhook has put another of that name, which must stay hidden.
     *
     * <p>An ephemeral container can be neither changed nor removed in the tenant, so one that is refused is asked for as
     * long as the pod lives: it must not hold back those beside it.
     *
     * @param converted spec as converted, metadata as it should be (merged with what others added)
     * @throws RefusedException when an ephemeral container may not come into the pod; all else was sent, and the tenant
     *     is told of all others that may not
     */
    void send(Tenant tenant, Pod source, Pod converted, Pod actual) throws RefusedException {
        Ownership.require(tenant, actual);
        Map<String, RefusedException> held = new LinkedHashMap<>(heldContainers.of(tenant, source, converted, actual));
        Pod wanted = without(held.keySet(), converted);
        SpecChanges changes = SpecChanges.between(wanted, actual);
        boolean hasEphemeral = !changes.ephemeralContainers().isEmpty();
        ObjectMeta metadata =
                hasEphemeral ? withContainersOf(actual.getMetadata(), wanted.getMetadata()) : wanted.getMetadata();
        Map<String, Object> main = main(changes, metadata, actual.getMetadata());
        if (!main.isEmpty()) {
            patch(actual, "", main);
        }
        if (hasEphemeral) {
            held.putAll(add(tenant, changes.ephemeralContainers(), actual));
            // The sub-resource takes nothing but containers.
            Map<String, Object> rest =
                    main(SpecChanges.NONE, without(held.keySet(), converted).getMetadata(), metadata);
            if (!rest.isEmpty()) {
                patch(actual, "", rest);
            }
        }
        if (changes.hasResize()) {
            patch(actual, "resize", Map.of("spec", resize(changes)));
        }
        tell(tenant, source, List.copyOf(held.values()));
    }

    private static void tell(Tenant tenant, Pod source, List<RefusedException> refusals) throws RefusedException {
        refusals.stream()
                .skip(1)
                .limit(MOST_TRIED)
                .forEach(refusal -> tenant.events().warn(source, refusal.reason(), refusal.text()));
        if (!refusals.isEmpty()) {
            throw refusals.getFirst();
        }
    }

    private static Pod without(Set<String> held, Pod converted) {
        if (held.isEmpty()) {
            return converted;
        }
        return PodConversion.withEphemeralContainers(
                converted,
                converted.getSpec().getEphemeralContainers().stream()
                        .filter(container -> !held.contains(container.getName()))
                        .toList());
    }

    /**
     * Adds ephemeral containers, all at once where the super cluster takes them all.
     *
     * @return what is refused and why, by name, the newest first
     */
    private Map<String, RefusedException> add(Tenant tenant, List<EphemeralContainer> added, Pod actual) {
        try {
            patch(actual, "ephemeralcontainers", Map.of("spec", Map.of("ephemeralContainers", added)));
            return Map.of();
        } catch (KubernetesClientException e) {
            if (!Refusals.isRefusal(e)) {
                throw e;
            }
            if (added.size() == 1) {
                String name = added.getFirst().getName();
                return Map.of(name, refusal(tenant, name, Refusals.words(e)));
            }
        }
        Map<String, RefusedException> refused = new LinkedHashMap<>();
        for (EphemeralContainer container : added.reversed()) {
            if (refused.size() < MOST_TRIED) {
                refused.putAll(add(tenant, List.of(container), actual));
            } else {
                refused.put(container.getName(), untried(container.getName()));
            }
        }
        return refused;
    }

    private static RefusedException refusal(Tenant tenant, String container, String words) {
        boolean isPodSecurity = words.contains("violates PodSecurity");
        boolean isBaseline = tenant.settings().podSecurity().equals(PodSecurityLevel.BASELINE.label());
        return new RefusedException(
                "FailedUpdate",
                "Ephemeral container " + container + " is left out, and will not start. "
                        + (isPodSecurity
                                ? "Add another with kubectl debug "
                                        + (isBaseline ? "--profile=baseline or " : "")
                                        + "--profile=restricted. "
                                : "")
                        + words);
    }

    private static RefusedException untried(String container) {
        return new RefusedException(
                "FailedUpdate",
                "Ephemeral container " + container + " is left out: " + MOST_TRIED
                        + " of the pod's newer ones are refused. Use another pod.");
    }

    /** Without our label, which somebody has taken away, the pod is there but no cache sees it. */
    void putLabelBack(Tenant tenant, Pod live) {
        Ownership.require(tenant, live);
        if (!Keys.TRUE.equals(orEmpty(live.getMetadata().getLabels()).get(Keys.CONTROLLED))) {
            patch(live, "", Map.of("metadata", Map.of("labels", Map.of(Keys.CONTROLLED, Keys.TRUE))));
        }
    }

    /** Tells the kubelet how the tenant's own readiness gates stand. */
    void passGates(Tenant tenant, Pod source, Pod actual) {
        List<PodCondition> gates = PodConditions.gatesToPass(source, actual);
        if (!gates.isEmpty() && Ownership.isTwin(tenant, source, actual)) {
            patch(actual, "status", Map.of("status", Map.of("conditions", gates)));
        }
    }

    private void patch(Pod actual, String subresource, Map<String, Object> patch) {
        Map<String, Object> body = new LinkedHashMap<>(patch);
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (patch.get("metadata") instanceof Map<?, ?> given) {
            given.forEach((key, value) -> metadata.put(String.valueOf(key), value));
        }
        metadata.put("uid", actual.getMetadata().getUid());
        body.put("metadata", metadata);
        Pod patched = Requests.patch(
                superCluster.client(),
                Pod.class,
                ObjectKey.of(actual),
                subresource,
                Requests.STRATEGIC_MERGE_PATCH,
                body);
        superCluster.objects(Pod.class).remember(patched);
    }

    private static ObjectMeta withContainersOf(ObjectMeta actual, ObjectMeta wanted) {
        Map<String, String> annotations = new LinkedHashMap<>(orEmpty(wanted.getAnnotations()));
        String known = orEmpty(actual.getAnnotations()).get(Keys.CONTAINERS);
        if (known == null) {
            annotations.remove(Keys.CONTAINERS);
        } else {
            annotations.put(Keys.CONTAINERS, known);
        }
        return new ObjectMetaBuilder(wanted).withAnnotations(annotations).build();
    }

    private static Map<String, Object> main(SpecChanges changes, ObjectMeta wanted, ObjectMeta actual) {
        Map<String, Object> patch = new LinkedHashMap<>();
        Map<String, Object> metadata = new LinkedHashMap<>();
        putUnlessEmpty(
                metadata, "labels", MergePatch.between(orEmpty(actual.getLabels()), orEmpty(wanted.getLabels())));
        putUnlessEmpty(
                metadata,
                "annotations",
                MergePatch.between(orEmpty(actual.getAnnotations()), orEmpty(wanted.getAnnotations())));
        putUnlessEmpty(patch, "metadata", metadata);
        if (changes.hasMain()) {
            Map<String, Object> spec = new LinkedHashMap<>();
            putImages(spec, "containers", changes.images());
            putImages(spec, "initContainers", changes.initImages());
            if (changes.activeDeadlineSeconds() != null) {
                spec.put("activeDeadlineSeconds", changes.activeDeadlineSeconds());
            }
            if (changes.tolerations() != null) {
                spec.put("tolerations", changes.tolerations());
            }
            patch.put("spec", spec);
        }
        return patch;
    }

    private static Map<String, Object> resize(SpecChanges changes) {
        Map<String, Object> spec = new LinkedHashMap<>();
        putResources(spec, "containers", changes.resources());
        putResources(spec, "initContainers", changes.initResources());
        if (changes.podResources() != null) {
            spec.put("resources", changes.podResources());
        }
        return spec;
    }

    private static void putImages(Map<String, Object> spec, String field, Map<String, String> images) {
        List<Object> containers = new ArrayList<>();
        images.forEach((name, image) -> containers.add(Map.of("name", name, "image", image)));
        if (!containers.isEmpty()) {
            spec.put(field, containers);
        }
    }

    private static void putResources(
            Map<String, Object> spec, String field, Map<String, ResourceRequirements> resources) {
        List<Object> containers = new ArrayList<>();
        resources.forEach((name, wanted) -> containers.add(Map.of("name", name, "resources", wanted)));
        if (!containers.isEmpty()) {
            spec.put(field, containers);
        }
    }

    private static void putUnlessEmpty(Map<String, Object> into, String key, Map<String, ?> value) {
        if (!value.isEmpty()) {
            into.put(key, value);
        }
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
