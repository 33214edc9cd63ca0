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
    private final Map<Class<?>, Optional<ModelDeserializer>> deserializers = new ConcurrentHashMap<>();
    private final Map<Class<?>, Optional<ModelSerializer>> serializers = new ConcurrentHashMap<>();

    /** Null for a class that is not bound. */
    @Nullable
    ModelDeserializer deserializer(Class<?> type, MapperConfig<?> config) {
        Optional<ModelDeserializer> known = deserializers.get(type);
        if (known == null) {
            known = deserializers.computeIfAbsent(
                    type,
                    unknown -> Optional.ofNullable(ModelType.of(type))
                            .map(model -> new ModelDeserializer(this, model, ignored(type, config))));
        }
        return known.orElse(null);
    }

    /** Null for a class that is not bound. */
    @Nullable
    ModelSerializer serializer(Class<?> type, MapperConfig<?> config) {
        Optional<ModelSerializer> known = serializers.get(type);
        if (known == null) {
            known = serializers.computeIfAbsent(
                    type,
                    unknown -> Optional.ofNullable(ModelType.of(type))
                            .map(model -> new ModelSerializer(this, model.without(ignored(type, config)))));
        }
        return known.orElse(null);
    }

    private static Set<String> ignored(Class<?> type, MapperConfig<?> config) {
        Class<?> mixIn = config.findMixInClassFor(type);
        JsonIgnoreProperties ignored = mixIn == null ? null : mixIn.getDeclaredAnnotation(JsonIgnoreProperties.class);
        return ignored == null ? Set.of() : Set.of(ignored.value());
    }
}
