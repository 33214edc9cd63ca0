// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.ObjectFieldSelector;
import io.fabric8.kubernetes.api.model.ObjectFieldSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * Downward API files, in volumes of their own or in projected ones, show the tenant's pod. The kubelet reads fields of the
 * super pod, so what differs is put into annotations of the super pod and the file points there. Because annotations
 * can be updated, the files follow the tenant's labels and annotations as they change.
 */
final class DownwardVolumesStep implements PodStep {
    /** Annotation: the tenant pod's labels as a downward API file shows them. */
    static final String LABELS_TEXT = Keys.PREFIX + "pod-labels";

    /** Annotation: the tenant pod's annotations as a downward API file shows them. */
    static final String ANNOTATIONS_TEXT = Keys.PREFIX + "pod-annotations";

    /** Prefix of the annotations that hold a single label or annotation that is not copied. */
    private static final String ENTRY_PREFIX = Keys.PREFIX + "field-";

    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        for (Volume volume : draft.getSpec().getVolumes()) {
            if (volume.getDownwardAPI() != null) {
                convert(volume.getDownwardAPI().getItems(), draft, source, context);
            }
            if (volume.getProjected() != null) {
                volume.getProjected().getSources().forEach(projection -> {
                    if (projection.getDownwardAPI() != null) {
                        convert(projection.getDownwardAPI().getItems(), draft, source, context);
                    }
                });
            }
        }
    }

    private static void convert(List<DownwardAPIVolumeFile> files, Pod draft, Pod source, PodContext context) {
        for (DownwardAPIVolumeFile file : files) {
            ObjectFieldSelector field = file.getFieldRef();
            if (field != null) {
                String path = convert(field.getFieldPath(), draft.getMetadata(), source, context);
                file.setFieldRef(new ObjectFieldSelectorBuilder(field)
                        .withFieldPath(path)
                        .build());
            }
        }
    }

    /** The field path to use on the super pod; adds the annotation that it may name. */
    private static String convert(String path, ObjectMeta draft, Pod source, PodContext context) {
        return switch (path) {
            case TenantFields.NAMESPACE -> TenantFields.TENANT_NAMESPACE_PATH;
            case TenantFields.UID -> TenantFields.TENANT_UID_PATH;
            case TenantFields.LABELS ->
                hold(LABELS_TEXT, FieldText.of(source.getMetadata().getLabels()), draft);
            case TenantFields.ANNOTATIONS ->
                hold(ANNOTATIONS_TEXT, FieldText.of(source.getMetadata().getAnnotations()), draft);
            default -> {
                TenantFields.Entry entry = TenantFields.Entry.parse(path);
                yield entry == null || TenantFields.isCopied(entry, context)
                        ? path
                        : hold(entryAnnotation(path), entry.valueIn(source), draft);
            }
        };
    }

    private static String hold(String annotation, String value, ObjectMeta draft) {
        draft.getAnnotations().put(annotation, value);
        return TenantFields.annotationPath(annotation);
    }

    private static String entryAnnotation(String path) {
        return ENTRY_PREFIX + UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8));
    }
}
