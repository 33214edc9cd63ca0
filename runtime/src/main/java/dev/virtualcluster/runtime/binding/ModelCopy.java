// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copies of objects of the client library's model, by fields. Its builders make copies too, through visitors and a second
 * object for each.
 */
public final class ModelCopy {
    private ModelCopy() {}

    /**
     * A copy that shares nothing that can change with its origin, but for values that nobody changes in place: quantities
     * and the like.
     *
     * @throws IllegalArgumentException when its class is not one that is bound by fields
     */
    @SuppressWarnings("unchecked")
    public static <T> T of(T origin) {
        ModelType model = ModelType.of(origin.getClass());
        if (model == null) {
            throw new IllegalArgumentException(origin.getClass() + " is not bound by its fields");
        }
        return (T) copy(model, origin);
    }

    private static Object copy(ModelType model, Object origin) {
        Object copy = model.create();
        for (ModelType.Property property : model.properties()) {
            property.set(copy, value(property.get(origin)));
        }
        Map<String, Object> unknown = model.unknown(origin);
        Map<String, Object> into = model.unknown(copy);
        if (unknown != null && into != null) {
            unknown.forEach((name, value) -> into.put(name, value(value)));
        }
        return copy;
    }

    private static @Nullable Object value(@Nullable Object origin) {
        return switch (origin) {
            case null -> null;
            case String text -> text;
            case List<?> list -> {
                List<@Nullable Object> copy = new ArrayList<>(list.size());
                list.forEach(element -> copy.add(value(element)));
                yield copy;
            }
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> copy = LinkedHashMap.newLinkedHashMap(map.size());
                map.forEach((name, member) -> copy.put(name, value(member)));
                yield copy;
            }
            default -> {
                ModelType model = ModelType.of(origin.getClass());
                yield model == null ? origin : copy(model, origin);
            }
        };
    }
}
