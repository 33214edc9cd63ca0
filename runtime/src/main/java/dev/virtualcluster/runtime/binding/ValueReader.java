// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.PropertyMetadata;
import tools.jackson.databind.PropertyName;
import tools.jackson.databind.ValueDeserializer;

/** Reads the value of one field, at whose first token the parser is. */
@FunctionalInterface
interface ValueReader {
    @Nullable
    Object read(JsonParser parser, DeserializationContext context);

    /**
     * Characters of a quantity. API servers write 20 at most; comparing takes time that grows with the square of the
     * length, which a hostile one would choose.
     */
    int LONGEST_QUANTITY = 64;

    /**
     * A class of the model, a list or map of what can be read, or whatever else Jackson knows. A null in a list or map
     * of them is passed over: no API server writes one, and whoever reads the list would have to think of a hostile one's.
     */
    static ValueReader of(ModelBinding binding, ModelType.Property property, DeserializationContext context) {
        return of(binding, property, property.type(), context);
    }

    private static ValueReader of(
            ModelBinding binding, ModelType.Property property, Type type, DeserializationContext context) {
        if (type instanceof Class<?> raw) {
            ModelDeserializer model = binding.deserializer(raw, context.getConfig());
            if (model != null) {
                return orNull(model::deserialize);
            }
        }
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                ValueReader element = of(binding, property, arguments[0], context);
                boolean isAnything = arguments[0] == Object.class;
                return orNull((parser, reading) -> readList(element, isAnything, parser, reading));
            }
            if (generic.getRawType() == Map.class && arguments[0] == String.class) {
                ValueReader value = of(binding, property, arguments[1], context);
                boolean isAnything = arguments[1] == Object.class;
                return orNull((parser, reading) -> readMap(value, isAnything, parser, reading));
            }
        }
        JavaType declared = context.constructType(type);
        // Some look at the name: a mode may be written in octal.
        BeanProperty named = new BeanProperty.Std(
                PropertyName.construct(property.name()), declared, null, null, PropertyMetadata.STD_OPTIONAL);
        ValueDeserializer<Object> jackson = context.findContextualValueDeserializer(declared, named);
        ValueReader reader = (parser, reading) -> parser.currentToken() == JsonToken.VALUE_NULL
                ? jackson.getNullValue(reading)
                : jackson.deserialize(parser, reading);
        return type == Quantity.class ? orNull(shortQuantity(reader)) : reader;
    }

    /** What the library writes as an object is not looked into. */
    private static ValueReader shortQuantity(ValueReader reader) {
        return (parser, context) -> parser.currentToken().isScalarValue()
                        && parser.getStringLength() <= LONGEST_QUANTITY
                ? reader.read(parser, context)
                : context.reportInputMismatch(Quantity.class, "a quantity has at most %d characters", LONGEST_QUANTITY);
    }

    /** Reads what nobody has declared. */
    static @Nullable Object readAnything(JsonParser parser, DeserializationContext context) {
        return parser.currentToken() == JsonToken.VALUE_NULL
                ? null
                : context.findRootValueDeserializer(context.constructType(Object.class))
                        .deserialize(parser, context);
    }

    private static ValueReader orNull(ValueReader reader) {
        return (parser, context) -> parser.currentToken() == JsonToken.VALUE_NULL ? null : reader.read(parser, context);
    }

    private static @Nullable Object readList(
            ValueReader element, boolean takesNulls, JsonParser parser, DeserializationContext context) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return context.handleUnexpectedToken(context.constructType(List.class), parser);
        }
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            try {
                if (takesNulls || parser.currentToken() != JsonToken.VALUE_NULL) {
                    list.add(element.read(parser, context));
                }
            } catch (RuntimeException e) {
                throw DatabindException.wrapWithPath(context, e, new JacksonException.Reference(list, list.size()));
            }
        }
        return list;
    }

    private static @Nullable Object readMap(
            ValueReader value, boolean takesNulls, JsonParser parser, DeserializationContext context) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return context.handleUnexpectedToken(context.constructType(Map.class), parser);
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            try {
                if (takesNulls || parser.currentToken() != JsonToken.VALUE_NULL) {
                    map.put(name, value.read(parser, context));
                }
            } catch (RuntimeException e) {
                throw DatabindException.wrapWithPath(context, e, new JacksonException.Reference(map, name));
            }
        }
        return map;
    }
}
