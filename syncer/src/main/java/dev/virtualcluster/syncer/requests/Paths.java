// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.requests;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Paths of the Kubernetes API. */
public final class Paths {
    private record Type(String prefix, String plural, boolean isNamespaced) {}

    private static final ClassValue<Type> TYPES = new ClassValue<>() {
        @Override
        protected Type computeValue(Class<?> type) {
            String group = HasMetadata.getGroup(type);
            String version = HasMetadata.getVersion(type);
            String prefix = group == null || group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
            return new Type(prefix, HasMetadata.getPlural(type), Namespaced.class.isAssignableFrom(type));
        }
    };

    private Paths() {}

    public static String of(Class<? extends HasMetadata> type, ObjectKey key) {
        return ofCollection(type, key.namespace()) + "/" + encoded(key.name());
    }

    /** Path of a collection; the namespace is ignored for cluster-scoped types. */
    public static String ofCollection(Class<? extends HasMetadata> type, @Nullable String namespace) {
        Type known = TYPES.get(type);
        return known.isNamespaced && namespace != null && !namespace.isEmpty()
                ? known.prefix + "/namespaces/" + encoded(namespace) + "/" + known.plural
                : known.prefix + "/" + known.plural;
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8);
    }
}
