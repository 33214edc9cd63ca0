// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metadata of a control plane's objects: the template's labels and annotations under the tenant's. */
final class ObjectFacts {
    private ObjectFacts() {}

    /** Fresh metadata; what a template says beyond labels and annotations is dropped. */
    static ObjectMeta meta(@Nullable ObjectMeta template, @Nullable String name, Part part, TenantFacts facts) {
        var meta = new ObjectMeta();
        meta.setName(name);
        meta.setNamespace(facts.namespace());
        var labels = Completion.merged(template == null ? null : template.getLabels(), facts.labels());
        meta.setLabels(Completion.merged(labels, Map.of(Completion.PART_LABEL, part.objectName())));
        meta.setAnnotations(
                Completion.merged(template == null ? null : template.getAnnotations(), facts.annotations()));
        return meta;
    }
}
