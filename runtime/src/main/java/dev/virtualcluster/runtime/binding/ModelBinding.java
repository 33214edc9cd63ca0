// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;

/** The readers and writers of one mapper, each made once. Safe for use by any thread. */
final class ModelBinding {
    private final Map<Class<?>, Optional<Bound>> known = new ConcurrentHashMap<>();

    private record Bound(ModelDeserializer deserializer, ModelSerializer serializer) {}

    /** Null for a class that is not bound. */
    @Nullable
    ModelDeserializer deserializer(Class<?> type, MapperConfig<?> config) {
        Bound bound = bound(type, config);
        return bound == null ? null : bound.deserializer;
    }

    /** Null for a class that is not bound. */
    @Nullable
    ModelSerializer serializer(Class<?> type, MapperConfig<?> config) {
        Bound bound = bound(type, config);
        return bound == null ? null : bound.serializer;
    }

    private @Nullable Bound bound(Class<?> type, MapperConfig<?> config) {
        Optional<Bound> found = known.get(type);
        if (found == null) {
            found = known.computeIfAbsent(type, unknown -> Optional.ofNullable(bind(type, config)));
        }
        return found.orElse(null);
    }

    private @Nullable Bound bind(Class<?> type, MapperConfig<?> config) {
        ModelType whole = ModelType.of(type);
        if (whole == null) {
            return null;
        }
        Set<String> ignored = ignored(type, config);
        ModelType model = whole.without(ignored);
        return new Bound(new ModelDeserializer(this, model, ignored), new ModelSerializer(this, model));
    }

    private static Set<String> ignored(Class<?> type, MapperConfig<?> config) {
        Class<?> mixIn = config.findMixInClassFor(type);
        JsonIgnoreProperties ignored = mixIn == null ? null : mixIn.getDeclaredAnnotation(JsonIgnoreProperties.class);
        return ignored == null ? Set.of() : Set.of(ignored.value());
    }
}
