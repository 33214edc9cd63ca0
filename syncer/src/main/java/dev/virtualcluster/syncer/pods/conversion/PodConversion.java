// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.binding.ModelCopy;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/**
 * Converts a tenant's pod into the pod to run in the super cluster. Deterministic; fields that no step knows pass through.
 * To support a new pod field that holds a reference, add a step to the list where its name or text differs below, and add
 * it to {@code PodReferences} where it names an object that may be somebody else's there, or refuse it in
 * {@code PodPolicy}; a test finds those fields of a new client library of which neither knows.
 */
public final class PodConversion {
    private static final List<PodStep> STEPS = List.of(
            new MetadataStep(),
            new ContainersStep(),
            new EnvironmentStep(),
            new DownwardVolumesStep(),
            new TokenVolumesStep(),
            new RootCaStep(),
            new EphemeralContainersStep(),
            new DnsStep(),
            new HostnameStep(),
            new AffinityStep(),
            new TopologySpreadStep(),
            new NodeNameStep(),
            new ReadinessGatesStep(),
            new SchedulingStep());

    private PodConversion() {}

    /**
     * The super pod as it should be created.
     *
     * @param source the tenant's pod, stored (it has a namespace, name and UID); not changed
     */
    public static Pod convert(Pod source, PodContext context) {
        // Not the whole: its status would be copied to be dropped.
        Pod draft = new Pod(
                source.getApiVersion(),
                source.getKind(),
                ModelCopy.of(source.getMetadata()),
                ModelCopy.of(source.getSpec()),
                null);
        draft.getAdditionalProperties().putAll(source.getAdditionalProperties());
        for (PodStep step : STEPS) {
            step.apply(draft, source, context);
        }
        return draft;
    }

    /**
     * The same pod as it is created: ephemeral containers come later, through their sub-resource, and are not known as
     * the tenant's until then.
     */
    public static Pod withoutEphemeralContainers(Pod converted) {
        return withEphemeralContainers(converted, List.of());
    }

    /** The same pod with only these of its ephemeral containers, which alone are the tenant's then. */
    public static Pod withEphemeralContainers(Pod converted, List<EphemeralContainer> some) {
        Pod pod = ModelCopy.of(converted);
        pod.getSpec().setEphemeralContainers(some.stream().map(ModelCopy::of).toList());
        pod.getMetadata().getAnnotations().put(Keys.CONTAINERS, ContainersStep.names(pod.getSpec()));
        return pod;
    }
}
