// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.versions;

import dev.virtualcluster.apis.ClusterVersionSpec;
import dev.virtualcluster.operator.controlplane.ControlPlaneTemplates;
import dev.virtualcluster.operator.controlplane.TemplateException;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Finds, parses and checks ClusterVersions. Each version of one is parsed once. Safe for any thread. */
public final class ClusterVersionCatalog {
    private final ObjectCache<RawClusterVersion> cache;
    private final KubernetesSerialization serialization;
    private final Map<String, Parsed> parsed = new ConcurrentHashMap<>();

    private record Parsed(String resourceVersion, Lookup lookup) {}

    /** What a lookup found. */
    public sealed interface Lookup {
        /** It is there and can be used. */
        record Found(ControlPlaneTemplates templates) implements Lookup {}

        /** There is none of that name. */
        record Missing() implements Lookup {}

        /** It is there and cannot be used. */
        record Invalid(String problem) implements Lookup {}
    }

    /** Looks into {@code cache}. */
    public ClusterVersionCatalog(ObjectCache<RawClusterVersion> cache, KubernetesSerialization serialization) {
        this.cache = cache;
        this.serialization = serialization;
    }

    /** Finds the ClusterVersion of this name. */
    public Lookup find(String name) {
        var raw = cache.get(ObjectKey.clusterScoped(name));
        if (raw == null) {
            parsed.remove(name);
            return new Lookup.Missing();
        }
        String version = raw.getMetadata().getResourceVersion();
        var known = parsed.get(name);
        if (known != null && known.resourceVersion.equals(version)) {
            return known.lookup;
        }
        var lookup = parse(raw);
        parsed.put(name, new Parsed(version, lookup));
        return lookup;
    }

    private Lookup parse(RawClusterVersion raw) {
        try {
            Map<String, Object> spec = raw.getSpec() == null ? Map.of() : raw.getSpec();
            return new Lookup.Found(
                    ControlPlaneTemplates.of(serialization.convertValue(spec, ClusterVersionSpec.class)));
        } catch (TemplateException e) {
            return new Lookup.Invalid(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            return new Lookup.Invalid(UnreadableField.describe(e));
        }
    }
}
