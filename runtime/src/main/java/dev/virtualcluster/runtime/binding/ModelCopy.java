// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies of objects of the client library's model, by fields. Its builders make copies too, through visitors and a second
 * object for each.
 */
public final class ModelCopy {
    private static final Set<Class<?>> SHARED = Set.of(
            String.class,
            Boolean.class,
            Integer.class,
            Long.class,
            Double.class,
            BigInteger.class,
            BigDecimal.class,
            Quantity.class,
            IntOrString.class);

    private ModelCopy() {}

    /**
     * A copy that shares nothing with its origin but values that nobody changes in place: numbers, texts, quantities, and
     * numbers that may be names.
     *
     * @throws IllegalArgumentException when its class, or one inside, is neither such a value nor bound by fields
     */
    @SuppressWarnings("unchecked")
    public static <T> T of(T origin) {
        return (T) copy(modelOf(origin), origin);
    }

    private static Object copy(ModelType model, Object origin) {
        Object copy = model.create();
        for (ModelType.Property property : model.properties()) {
            property.set(copy, value(property.get(origin)));
        }
        Map<String, Object> unknown = model.unknown(origin);
        Map<String, Object> into = model.unknown(copy);
        if (unknown != null && into != null) {
            for (Map.Entry<String, Object> member : unknown.entrySet()) {
                into.put(member.getKey(), value(member.getValue()));
            }
        }
        return copy;
    }

    private static @Nullable Object value(@Nullable Object origin) {
        return switch (origin) {
            case null -> null;
            case List<?> list -> {
                List<@Nullable Object> copy = new ArrayList<>(list.size());
                for (Object element : list) {
                    copy.add(value(element));
                }
                yield copy;
            }
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> copy = LinkedHashMap.newLinkedHashMap(map.size());
                for (Map.Entry<?, ?> member : map.entrySet()) {
                    copy.put(member.getKey(), value(member.getValue()));
                }
                yield copy;
            }
            default -> isShared(origin.getClass()) ? origin : copy(modelOf(origin), origin);
        };
    }

    /** Whether objects of this class are values, which nobody changes in place. */
    static boolean isShared(Class<?> type) {
        return SHARED.contains(type);
    }

    /** Nothing is shared by accident: it may lie in a cache, and be changed in the copy. */
    private static ModelType modelOf(Object origin) {
        ModelType model = ModelType.of(origin.getClass());
        if (model == null) {
            throw new IllegalArgumentException(origin.getClass() + " is not bound by its fields");
        }
        return model;
    }
}
