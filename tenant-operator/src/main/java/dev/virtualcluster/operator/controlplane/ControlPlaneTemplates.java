// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

import dev.virtualcluster.apis.ClusterVersionSpec;
import dev.virtualcluster.apis.ControlPlanePart;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A ClusterVersion whose templates were checked. Immutable by convention: the templates inside are only copied from.
 *
 * @param parts the parts it describes; the API server is always among them
 * @param spec where they come from
 */
public record ControlPlaneTemplates(Map<Part, ControlPlanePart> parts, ClusterVersionSpec spec) {
    private static final Pattern VERSION = Pattern.compile("v?1\\.\\d{1,3}(\\.\\d{1,3})?([-+][0-9A-Za-z.+-]+)?");
    private static final String CONTAINERS = ".statefulset.spec.template.spec.containers";

    public ControlPlaneTemplates {
        parts = Map.copyOf(parts);
    }

    /** Checks a ClusterVersion; throws {@link TemplateException} with the path of the first field that is wrong. */
    public static ControlPlaneTemplates of(ClusterVersionSpec spec) {
        String version = spec.getKubernetesVersion();
        if (version != null && !VERSION.matcher(version).matches()) {
            throw new TemplateException(
                    "spec.kubernetesVersion", "'" + version + "' is no Kubernetes version; write for example v1.36.3");
        }
        var parts = new EnumMap<Part, ControlPlanePart>(Part.class);
        put(parts, Part.ETCD, spec.getEtcd());
        put(parts, Part.API_SERVER, spec.getApiServer());
        put(parts, Part.CONTROLLER_MANAGER, spec.getControllerManager());
        if (!parts.containsKey(Part.API_SERVER)) {
            throw new TemplateException("spec.apiServer", "is missing; a control plane needs an API server");
        }
        return new ControlPlaneTemplates(parts, spec);
    }

    /** Whether a part is described. */
    public boolean has(Part part) {
        return parts.containsKey(part);
    }

    /** How many replicas the template of a part asks for; 0 without one. */
    public int replicas(Part part) {
        return Optional.ofNullable(parts.get(part))
                .map(ControlPlanePart::getStatefulset)
                .map(set -> set.getSpec().getReplicas())
                .orElse(has(part) ? 1 : 0);
    }

    /** The image of a part's program; "" without one. */
    public String image(Part part) {
        return Optional.ofNullable(parts.get(part))
                .map(ControlPlanePart::getStatefulset)
                .map(set -> set.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getImage())
                .orElse("");
    }

    private static void put(Map<Part, ControlPlanePart> parts, Part part, @Nullable ControlPlanePart template) {
        if (template == null) {
            return;
        }
        String path = part.fieldPath();
        var meta = template.getMetadata();
        if (meta == null || !part.objectName().equals(meta.getName())) {
            throw new TemplateException(path + ".metadata.name", "must be '" + part.objectName() + "'");
        }
        var set = template.getStatefulset();
        if (set == null || set.getSpec() == null) {
            throw new TemplateException(path + ".statefulset.spec", "is missing; give a whole apps/v1 StatefulSet");
        }
        if (set.getMetadata() != null
                && set.getMetadata().getName() != null
                && !part.objectName().equals(set.getMetadata().getName())) {
            throw new TemplateException(path + ".statefulset.metadata.name", "must be '" + part.objectName() + "'");
        }
        Integer replicas = set.getSpec().getReplicas();
        if (replicas != null && replicas < 1) {
            throw new TemplateException(path + ".statefulset.spec.replicas", "must be at least 1");
        }
        checkContainer(path, template);
        parts.put(part, template);
    }

    private static void checkContainer(String path, ControlPlanePart template) {
        var set = java.util.Objects.requireNonNull(template.getStatefulset());
        var pod = set.getSpec().getTemplate() == null
                ? null
                : set.getSpec().getTemplate().getSpec();
        if (pod == null || pod.getContainers().isEmpty()) {
            throw new TemplateException(path + CONTAINERS, "is empty; the first container must run the program");
        }
        var container = pod.getContainers().getFirst();
        if (container.getImage() == null || container.getImage().isBlank()) {
            throw new TemplateException(path + CONTAINERS + "[0].image", "is missing");
        }
        if (!container.getCommand().isEmpty()
                && container.getCommand().getFirst().matches("(.*/)?(ba|da|a|z)?sh")) {
            throw new TemplateException(
                    path + CONTAINERS + "[0].command",
                    "starts a shell; start the program itself, so that its flags can be completed");
        }
    }
}
