// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Cheap answers to "what kind of change was this event", from metadata only. */
public final class Changes {
    private Changes() {}

    /**
     * Tells whether anything but the status may have changed: creation, deletion, spec (by generation; kinds without a
     * generation always count as changed), labels, annotations, start of deletion.
     */
    public static boolean ofDesired(@Nullable HasMetadata before, @Nullable HasMetadata after) {
        if (before == null || after == null) {
            return true;
        }
        ObjectMeta was = before.getMetadata();
        ObjectMeta is = after.getMetadata();
        if (Objects.equals(was.getResourceVersion(), is.getResourceVersion())) {
            return false;
        }
        return is.getGeneration() == null
                || !Objects.equals(was.getGeneration(), is.getGeneration())
                || !Objects.equals(was.getUid(), is.getUid())
                || !Objects.equals(was.getDeletionTimestamp(), is.getDeletionTimestamp())
                || !Objects.equals(was.getLabels(), is.getLabels())
                || !Objects.equals(was.getAnnotations(), is.getAnnotations());
    }

    /** Tells whether the object is another version than before. */
    public static boolean ofAnything(@Nullable HasMetadata before, @Nullable HasMetadata after) {
        return before == null
                || after == null
                || !Objects.equals(
                        before.getMetadata().getResourceVersion(),
                        after.getMetadata().getResourceVersion());
    }
}
