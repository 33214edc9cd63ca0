// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Duration;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes objects of the model with something, nothing or emptiness in every field. */
final class ModelFiller {
    private final Random random;

    ModelFiller(Random random) {
        this.random = random;
    }

    /** Types of fields that {@link #fill} leaves empty. */
    static Set<String> unknownTypes(List<Class<?>> types) {
        Set<String> unknown = new TreeSet<>();
        for (Class<?> type : types) {
            ModelType model = ModelType.of(type);
            if (model != null) {
                model.properties().forEach(property -> collectUnknown(property.type(), unknown));
            }
        }
        return unknown;
    }

    private static void collectUnknown(Type type, Set<String> unknown) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                collectUnknown(argument, unknown);
            }
        } else if (type instanceof Class<?> raw
                && ModelType.of(raw) == null
                && new ModelFiller(new Random(0)).scalar(raw, 0) == null) {
            unknown.add(raw.getName());
        }
    }

    Object fill(Class<?> type, int depth) {
        ModelType model = ModelType.of(type);
        if (model == null) {
            throw new IllegalArgumentException(type + " is not bound");
        }
        Object object = model.create();
        for (ModelType.Property property : model.properties()) {
            switch (random.nextInt(6)) {
                case 0 -> property.set(object, null);
                case 1 -> {
                    // As the constructor left it.
                }
                default -> {
                    Object value = value(property.type(), depth);
                    if (value != null) {
                        property.set(object, value);
                    }
                }
            }
        }
        Map<String, Object> unknown = model.unknown(object);
        if (unknown != null && random.nextBoolean()) {
            unknown.put("fieldOfTomorrow", anything());
            unknown.put("nothing", null);
        }
        return object;
    }

    private @Nullable Object value(Type type, int depth) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            List<Object> list = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                Object element = value(generic.getActualTypeArguments()[0], depth);
                if (element != null) {
                    list.add(element);
                }
            }
            return list;
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                Object value = value(generic.getActualTypeArguments()[1], depth);
                if (value != null) {
                    map.put("key" + i, value);
                }
            }
            return map;
        }
        return type instanceof Class<?> raw ? scalar(raw, depth) : null;
    }

    private @Nullable Object scalar(Class<?> type, int depth) {
        if (type == String.class) {
            return random.nextInt(4) == 0 ? "" : "tëxt\"" + random.nextInt(100);
        }
        if (type == Integer.class) {
            return random.nextInt();
        }
        if (type == Long.class) {
            return random.nextLong();
        }
        if (type == Boolean.class) {
            return random.nextBoolean();
        }
        if (type == Double.class) {
            return random.nextDouble();
        }
        if (type == Quantity.class) {
            return new Quantity(random.nextInt(1_000) + "m");
        }
        if (type == IntOrString.class) {
            return random.nextBoolean() ? new IntOrString(random.nextInt(1_000)) : new IntOrString("http");
        }
        if (type == MicroTime.class) {
            return new MicroTime("2026-01-01T00:00:00." + (100_000 + random.nextInt(900_000)) + "Z");
        }
        if (type == Duration.class) {
            return new Duration(java.time.Duration.ofSeconds(1 + random.nextInt(1_000)));
        }
        if (type == Object.class) {
            return anything();
        }
        if (type.isInterface() && type.isAssignableFrom(ConfigMap.class)) {
            ConfigMap object = new ConfigMap();
            ObjectMeta meta = new ObjectMeta();
            meta.setName("inner");
            object.setMetadata(meta);
            return object;
        }
        return depth > 0 && ModelType.of(type) != null ? fill(type, depth - 1) : null;
    }

    private Object anything() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("list", List.of(1, "two", true));
        map.put("none", null);
        return random.nextBoolean() ? map : "text";
    }
}
