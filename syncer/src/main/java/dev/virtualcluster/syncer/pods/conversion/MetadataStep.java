// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import dev.virtualcluster.syncer.metadata.MetadataConversion;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;

/**
 * Name, translated namespace, labels and annotations with the proof of ownership; no owner references and no finalizers,
 * which would mean other objects in the super cluster.
 */
final class MetadataStep implements PodStep {
    /** The kubelet takes a pod with these for the image of a file on the node, and would not run it. */
    private static final String STATIC_POD_PREFIX = "kubernetes.io/config.";

    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        ObjectMeta meta = source.getMetadata();
        ObjectMeta down = MetadataConversion.down(
                context.tenant(), meta, context.superNamespace(meta.getNamespace()), meta.getName());
        down.getAnnotations().keySet().removeIf(key -> key.startsWith(STATIC_POD_PREFIX));
        draft.setMetadata(down);
    }
}
