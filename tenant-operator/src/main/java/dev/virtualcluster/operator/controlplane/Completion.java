// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

import dev.virtualcluster.apis.ControlPlanePart;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Completes the templates of a ClusterVersion for one tenant. What must be so (addresses, certificates, names) is set;
 * what a template leaves out gets a default; everything else stays as the template has it. Safe for any thread.
 */
public final class Completion {
    /** Label of a control plane's objects and pods; its value is the part. Tells them from tenants' objects. */
    public static final String PART_LABEL = "tenancy.x-k8s.io/control-plane";

    /** Pod annotation: digest of what the part's processes read only at their start. */
    public static final String CREDENTIALS_ANNOTATION = "tenancy.x-k8s.io/credentials";

    private final KubernetesSerialization serialization;

    /** Takes the serialization with which templates are copied. */
    public Completion(KubernetesSerialization serialization) {
        this.serialization = serialization;
    }

    /** The StatefulSets and Services of a control plane. The API server's Service comes first. */
    public List<HasMetadata> complete(ControlPlaneTemplates templates, TenantFacts facts) {
        var objects = new ArrayList<HasMetadata>();
        for (Part part : Part.values()) {
            var template = templates.parts().get(part);
            if (template != null) {
                var set = statefulSet(part, template, templates, facts);
                var service = Services.complete(part, copyOfService(template), set, facts);
                service.ifPresent(objects::add);
                objects.add(set);
            }
        }
        return objects;
    }

    /**
     * How many members the cluster of a completed etcd was made with. Not its replicas, which somebody may have edited:
     * a replica that is no member is none.
     */
    public static int etcdMembers(StatefulSet etcd) {
        return EtcdFlags.members(
                        etcd.getSpec().getTemplate().getSpec().getContainers().getFirst())
                .orElseGet(() -> Objects.requireNonNullElse(etcd.getSpec().getReplicas(), 1));
    }

    private StatefulSet statefulSet(
            Part part, ControlPlanePart template, ControlPlaneTemplates templates, TenantFacts facts) {
        var set = serialization.clone(Objects.requireNonNull(template.getStatefulset()));
        set.setApiVersion("apps/v1");
        set.setKind("StatefulSet");
        set.setStatus(null);
        set.setMetadata(ObjectFacts.meta(set.getMetadata(), part.objectName(), part, facts));
        var spec = set.getSpec();
        spec.setReplicas(Objects.requireNonNullElse(spec.getReplicas(), 1));
        if (spec.getServiceName() == null) {
            spec.setServiceName(Services.nameOf(part));
        }
        completePods(part, set, facts);
        var pod = spec.getTemplate().getSpec();
        var container = pod.getContainers().getFirst();
        switch (part) {
            case ETCD -> new EtcdFlags(pod, container).complete(spec.getReplicas(), facts);
            case API_SERVER -> new ApiServerFlags(pod, container).complete(templates, facts);
            case CONTROLLER_MANAGER -> new ControllerManagerFlags(pod, container).complete(facts);
        }
        return set;
    }

    private static void completePods(Part part, StatefulSet set, TenantFacts facts) {
        var template = set.getSpec().getTemplate();
        var meta = ObjectFacts.meta(template.getMetadata(), null, part, facts);
        var annotations = new TreeMap<>(meta.getAnnotations());
        String credentials = facts.credentials().get(part);
        if (credentials != null) {
            annotations.put(CREDENTIALS_ANNOTATION, credentials);
        }
        meta.setAnnotations(annotations);
        meta.setNamespace(null);
        template.setMetadata(meta);
        completeSelector(part, set, template);
        var pod = template.getSpec();
        if (pod.getAutomountServiceAccountToken() == null) {
            pod.setAutomountServiceAccountToken(false);
        }
        if (pod.getEnableServiceLinks() == null) {
            pod.setEnableServiceLinks(false);
        }
        var container = pod.getContainers().getFirst();
        if (container.getName() == null) {
            container.setName(part.objectName());
        }
    }

    private static void completeSelector(Part part, StatefulSet set, PodTemplateSpec template) {
        var selector = set.getSpec().getSelector();
        if (selector == null
                || (selector.getMatchLabels().isEmpty()
                        && selector.getMatchExpressions().isEmpty())) {
            set.getSpec()
                    .setSelector(new io.fabric8.kubernetes.api.model.LabelSelectorBuilder()
                            .addToMatchLabels(PART_LABEL, part.objectName())
                            .build());
        } else if (!template.getMetadata()
                .getLabels()
                .entrySet()
                .containsAll(selector.getMatchLabels().entrySet())) {
            throw new TemplateException(
                    part.fieldPath() + ".statefulset.spec.selector",
                    "selects labels that spec.template.metadata.labels lacks");
        }
    }

    private @org.jspecify.annotations.Nullable Service copyOfService(ControlPlanePart template) {
        var service = template.getService();
        return service == null ? null : serialization.clone(service);
    }

    /** Gives the container a variable with a field of its pod, unless it has one of that name. */
    static void fieldVariable(Container container, String name, String fieldPath) {
        if (container.getEnv().stream().noneMatch(variable -> name.equals(variable.getName()))) {
            var env = new ArrayList<>(container.getEnv());
            env.add(new EnvVarBuilder()
                    .withName(name)
                    .withNewValueFrom()
                    .withNewFieldRef()
                    .withFieldPath(fieldPath)
                    .endFieldRef()
                    .endValueFrom()
                    .build());
            container.setEnv(env);
        }
    }

    static Map<String, String> merged(
            @org.jspecify.annotations.Nullable Map<String, String> given, Map<String, String> ours) {
        var merged = new TreeMap<String, String>();
        if (given != null) {
            merged.putAll(given);
        }
        merged.putAll(ours);
        return merged;
    }
}
