// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * A class of the client library's model: how it is made, its fields and their names in JSON, and where it keeps what has
 * no field. Immutable.
 */
final class ModelType {
    private static final String PACKAGE = "io.fabric8.kubernetes.api.model.";
    private static final String UNKNOWN_PROPERTIES = "additionalProperties";
    private static final Set<Class<?>> UNDERSTOOD =
            Set.of(JsonProperty.class, JsonInclude.class, JsonPropertyOrder.class, JsonDeserialize.class);

    private static final ClassValue<Optional<ModelType>> KNOWN = new ClassValue<>() {
        @Override
        protected Optional<ModelType> computeValue(Class<?> type) {
            return Optional.ofNullable(lookAt(type));
        }
    };

    private final Class<?> type;
    private final MethodHandle constructor;
    private final List<Property> properties;
    private final VarHandle unknown;

    /**
     * A field.
     *
     * @param name in JSON
     * @param omittedWhenEmpty of a list or map, whether it is not written when it is empty; null is never written
     */
    record Property(String name, Type type, VarHandle handle, boolean omittedWhenEmpty) {
        @Nullable
        Object get(Object owner) {
            return handle.get(owner);
        }

        void set(Object owner, @Nullable Object value) {
            handle.set(owner, value);
        }
    }

    private ModelType(Class<?> type, MethodHandle constructor, List<Property> properties, VarHandle unknown) {
        this.type = type;
        this.constructor = constructor;
        this.properties = properties;
        this.unknown = unknown;
    }

    /** The class as a type of the model; null when it is none, or has something that is not understood. */
    static @Nullable ModelType of(Class<?> type) {
        return KNOWN.get(type).orElse(null);
    }

    private static @Nullable ModelType lookAt(Class<?> type) {
        if (!type.getName().startsWith(PACKAGE)
                || type.getSuperclass() != Object.class
                || Modifier.isAbstract(type.getModifiers())
                || type.isMemberClass()
                || !isPlain(type)) {
            return null;
        }
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class))
                    .asType(MethodType.methodType(Object.class));
            List<Property> properties = new ArrayList<>();
            VarHandle unknown = null;
            for (Field field : type.getDeclaredFields()) {
                if (isUnknownProperties(field)) {
                    unknown = lookup.unreflectVarHandle(field);
                } else if (!Modifier.isStatic(field.getModifiers())) {
                    Property property = property(lookup, field);
                    if (property == null) {
                        return null;
                    }
                    properties.add(property);
                }
            }
            return unknown == null ? null : new ModelType(type, constructor, ordered(type, properties), unknown);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            // Jackson may know how.
            return null;
        }
    }

    private static boolean isUnknownProperties(Field field) {
        return field.getName().equals(UNKNOWN_PROPERTIES)
                && field.isAnnotationPresent(JsonIgnore.class)
                && field.getType() == Map.class;
    }

    /** As the class says, and what it does not name after that. */
    private static List<Property> ordered(Class<?> type, List<Property> properties) {
        JsonPropertyOrder order = type.getDeclaredAnnotation(JsonPropertyOrder.class);
        List<String> names = order == null ? List.of() : List.of(order.value());
        return properties.stream()
                .sorted(Comparator.comparingInt(
                        property -> names.contains(property.name()) ? names.indexOf(property.name()) : names.size()))
                .toList();
    }

    private static @Nullable Property property(MethodHandles.Lookup lookup, Field field) throws IllegalAccessException {
        JsonProperty named = field.getAnnotation(JsonProperty.class);
        JsonInclude inclusion = field.getAnnotation(JsonInclude.class);
        if (named == null
                || named.value().isEmpty()
                || field.getType().isPrimitive()
                || Modifier.isFinal(field.getModifiers())
                || field.isAnnotationPresent(JsonDeserialize.class)
                || !isUnderstood(field.getAnnotations())
                || (inclusion != null && !isOmissionOfEmptyContainer(inclusion, field))) {
            return null;
        }
        return new Property(named.value(), field.getGenericType(), lookup.unreflectVarHandle(field), inclusion != null);
    }

    private static boolean isOmissionOfEmptyContainer(JsonInclude inclusion, Field field) {
        return inclusion.value() == JsonInclude.Include.NON_EMPTY
                && inclusion.content() == JsonInclude.Include.ALWAYS
                && (field.getType() == List.class || field.getType() == Map.class);
    }

    private static boolean isPlain(Class<?> type) {
        JsonDeserialize reading = type.getDeclaredAnnotation(JsonDeserialize.class);
        JsonInclude inclusion = type.getDeclaredAnnotation(JsonInclude.class);
        return reading != null
                && reading.using() == ValueDeserializer.None.class
                && inclusion != null
                && inclusion.value() == JsonInclude.Include.NON_NULL
                && isUnderstood(type.getDeclaredAnnotations());
    }

    private static boolean isUnderstood(Annotation[] annotations) {
        return Arrays.stream(annotations)
                .map(Annotation::annotationType)
                .allMatch(known ->
                        UNDERSTOOD.contains(known) || !known.getPackageName().contains("jackson"));
    }

    /** The same without the properties of these names. */
    ModelType without(Set<String> names) {
        if (names.isEmpty()) {
            return this;
        }
        List<Property> kept = properties.stream()
                .filter(property -> !names.contains(property.name()))
                .toList();
        return new ModelType(type, constructor, kept, unknown);
    }

    Class<?> type() {
        return type;
    }

    List<Property> properties() {
        return properties;
    }

    /** A new object, as its constructor without arguments makes it. */
    Object create() {
        try {
            return (Object) constructor.invokeExact();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the object has that is no field of its class. */
    @SuppressWarnings("unchecked")
    @Nullable
    Map<String, Object> unknown(Object owner) {
        return (Map<String, Object>) unknown.get(owner);
    }
}
