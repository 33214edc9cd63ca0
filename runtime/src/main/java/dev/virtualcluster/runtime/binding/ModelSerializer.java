// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/** Writes an object of the model: its fields, and then what it has that is none. */
final class ModelSerializer extends ValueSerializer<Object> {
    private final ModelBinding binding;
    private final ModelType model;

    ModelSerializer(ModelBinding binding, ModelType model) {
        this.binding = binding;
        this.model = model;
    }

    @Override
    public Class<?> handledType() {
        return model.type();
    }

    @Override
    public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
        generator.writeStartObject(value);
        for (ModelType.Property property : model.properties()) {
            Object member = property.get(value);
            if (member != null && !(property.omittedWhenEmpty() && isEmpty(member))) {
                write(value, property.name(), member, generator, context);
            }
        }
        Map<String, Object> unknown = model.unknown(value);
        if (unknown != null) {
            unknown.forEach((name, member) -> write(value, name, member, generator, context));
        }
        generator.writeEndObject();
    }

    private static boolean isEmpty(Object container) {
        return container instanceof List<?> list ? list.isEmpty() : container instanceof Map<?, ?> map && map.isEmpty();
    }

    private void write(
            Object owner, String name, @Nullable Object member, JsonGenerator generator, SerializationContext context) {
        try {
            generator.writeName(name);
            write(member, generator, context);
        } catch (JacksonException e) {
            throw e.prependPath(owner, name);
        }
    }

    private void write(@Nullable Object value, JsonGenerator generator, SerializationContext context) {
        switch (value) {
            case String text -> generator.writeString(text);
            case Boolean truth -> generator.writeBoolean(truth);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case List<?> list -> {
                generator.writeStartArray(list, list.size());
                for (Object element : list) {
                    write(element, generator, context);
                }
                generator.writeEndArray();
            }
            case Map<?, ?> map -> {
                generator.writeStartObject(map, map.size());
                map.forEach((name, member) -> write(map, String.valueOf(name), member, generator, context));
                generator.writeEndObject();
            }
            case null -> generator.writeNull();
            default -> {
                ModelSerializer serializer = binding.serializer(value.getClass(), context.getConfig());
                if (serializer == null) {
                    context.writeValue(generator, value);
                } else {
                    serializer.serialize(value, generator, context);
                }
            }
        }
    }
}
