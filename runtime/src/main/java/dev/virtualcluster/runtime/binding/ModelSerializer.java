// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DatabindException;
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
        Map<String, Object> unknown = model.unknown(value);
        generator.writeStartObject(value);
        for (ModelType.Property property : model.properties()) {
            Object member = property.get(value);
            if (member != null
                    && !(property.omittedWhenEmpty() && isEmpty(member))
                    // What somebody has set under the name of a field stands in its place.
                    && (unknown == null || unknown.get(property.name()) == null)) {
                write(value, property.name(), member, generator, context);
            }
        }
        if (unknown != null) {
            for (Map.Entry<String, Object> member : unknown.entrySet()) {
                write(value, member.getKey(), member.getValue(), generator, context);
            }
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
        } catch (RuntimeException e) {
            throw DatabindException.wrapWithPath(context, e, new JacksonException.Reference(owner, name));
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
                for (Map.Entry<?, ?> member : map.entrySet()) {
                    write(map, String.valueOf(member.getKey()), member.getValue(), generator, context);
                }
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
