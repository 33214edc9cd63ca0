// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/** Reads an object of the model; begins at its brace, or at one of its names where the brace has been read. */
final class ModelDeserializer extends ValueDeserializer<Object> {
    private final ModelBinding binding;
    private final ModelType model;
    private final Set<String> ignored;
    /** Made at first use: a class may contain itself. */
    private volatile @Nullable Map<String, Member> members;

    private record Member(ModelType.Property property, ValueReader reader) {}

    /** What is {@code ignored} is skipped; the model is without it. */
    ModelDeserializer(ModelBinding binding, ModelType model, Set<String> ignored) {
        this.binding = binding;
        this.model = model;
        this.ignored = ignored;
    }

    @Override
    public boolean isCachable() {
        return true;
    }

    @Override
    public Class<?> handledType() {
        return model.type();
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
        JsonToken first = parser.currentToken();
        if (first != JsonToken.START_OBJECT && first != JsonToken.PROPERTY_NAME) {
            return context.handleUnexpectedToken(context.constructType(model.type()), parser);
        }
        return deserialize(parser, context, model.create());
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context, Object read) {
        Map<String, Member> known = members(context);
        JsonToken first = parser.currentToken();
        String name = first == JsonToken.START_OBJECT ? parser.nextName() : parser.currentName();
        while (name != null) {
            parser.nextToken();
            try {
                read(parser, context, known.get(name), name, read);
            } catch (RuntimeException e) {
                throw DatabindException.wrapWithPath(context, e, new JacksonException.Reference(read, name));
            }
            name = parser.nextName();
        }
        return read;
    }

    private void read(
            JsonParser parser, DeserializationContext context, @Nullable Member member, String name, Object into) {
        if (member != null) {
            member.property.set(into, member.reader.read(parser, context));
        } else if (ignored.contains(name)) {
            parser.skipChildren();
        } else {
            Map<String, Object> unknown = model.unknown(into);
            if (unknown != null) {
                unknown.put(name, ValueReader.readAnything(parser, context));
            }
        }
    }

    private Map<String, Member> members(DeserializationContext context) {
        Map<String, Member> known = members;
        if (known == null) {
            known = new HashMap<>();
            for (ModelType.Property property : model.properties()) {
                known.put(property.name(), new Member(property, ValueReader.of(binding, property, context)));
            }
            members = known;
        }
        return known;
    }
}
