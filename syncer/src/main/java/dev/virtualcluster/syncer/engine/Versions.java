// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Order of resourceVersions. Kubernetes promises since 1.35 that they compare as numbers, and every API server backed by
 * etcd has always kept it.
 */
public final class Versions {
    private Versions() {}

    /** The version as a number; -1 when it is none. */
    public static long of(@Nullable HasMetadata object) {
        if (object == null || object.getMetadata() == null) {
            return -1;
        }
        String version = object.getMetadata().getResourceVersion();
        try {
            return version == null ? -1 : Long.parseLong(version);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
