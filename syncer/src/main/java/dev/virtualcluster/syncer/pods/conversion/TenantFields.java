// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a pod that its containers can ask for and that differ between the tenant's pod and the super pod. */
final class TenantFields {
    static final String NAMESPACE = "metadata.namespace";
    static final String UID = "metadata.uid";
    static final String LABELS = "metadata.labels";
    static final String ANNOTATIONS = "metadata.annotations";

    private TenantFields() {}

    /**
     * A single entry of the labels or annotations, as {@code metadata.labels['key']} asks for it.
     *
     * @param field {@link #LABELS} or {@link #ANNOTATIONS}
     */
    record Entry(String field, String key) {
        /** Parses a field path; null when it names no single entry. */
        static @Nullable Entry parse(String fieldPath) {
            int open = fieldPath.indexOf("['");
            if (open < 0 || !fieldPath.endsWith("']") || open + 2 > fieldPath.length() - 2) {
                return null;
            }
            String field = fieldPath.substring(0, open);
            return field.equals(LABELS) || field.equals(ANNOTATIONS)
                    ? new Entry(field, fieldPath.substring(open + 2, fieldPath.length() - 2))
                    : null;
        }

        String valueIn(Pod pod) {
            ObjectMeta meta = pod.getMetadata();
            Map<String, String> entries = field.equals(LABELS) ? meta.getLabels() : meta.getAnnotations();
            String value = entries == null ? null : entries.get(key);
            // What the kubelet gives for an absent entry.
            return value == null ? "" : value;
        }
    }

    /** The tenant's value of a field, or null when the kubelet finds the same on the super pod. */
    static @Nullable String valueIfDifferent(String fieldPath, Pod source, PodContext context) {
        return switch (fieldPath) {
            case NAMESPACE -> source.getMetadata().getNamespace();
            case UID -> source.getMetadata().getUid();
            default -> {
                Entry entry = Entry.parse(fieldPath);
                yield entry == null || isCopied(entry, context) ? null : entry.valueIn(source);
            }
        };
    }

    static boolean isCopied(Entry entry, PodContext context) {
        return context.isCopied(entry.key());
    }

    /** Field path of an annotation on the super pod. */
    static String annotationPath(String annotation) {
        return ANNOTATIONS + "['" + annotation + "']";
    }

    static final String TENANT_NAMESPACE_PATH = annotationPath(Keys.TENANT_NAMESPACE);
    static final String TENANT_UID_PATH = annotationPath(Keys.TENANT_UID);
}
