// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import com.fasterxml.jackson.annotation.JsonFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Version;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.ser.Serializers;

/**
 * Makes a mapper read and write the client library's model by fields. A class of which it does not understand everything
 * is left to Jackson, and so are all classes that are not of the model. Of mix-ins it knows {@link
 * com.fasterxml.jackson.annotation.JsonIgnoreProperties}. One for each mapper.
 */
public final class ModelModule extends JacksonModule {
    private final ModelBinding binding = new ModelBinding();

    @Override
    public String getModuleName() {
        return ModelModule.class.getName();
    }

    @Override
    public Version version() {
        return Version.unknownVersion();
    }

    @Override
    public void setupModule(SetupContext context) {
        context.addDeserializers(new Reading());
        context.addSerializers(new Writing());
    }

    private final class Reading extends Deserializers.Base {
        @Override
        public @Nullable ValueDeserializer<?> findBeanDeserializer(
                JavaType type, DeserializationConfig config, BeanDescription.Supplier description) {
            return binding.deserializer(type.getRawClass(), config);
        }

        @Override
        public boolean hasDeserializerFor(DeserializationConfig config, Class<?> type) {
            return ModelType.of(type) != null;
        }
    }

    private final class Writing extends Serializers.Base {
        @Override
        public @Nullable ValueSerializer<?> findSerializer(
                SerializationConfig config,
                JavaType type,
                BeanDescription.Supplier description,
                JsonFormat.@Nullable Value format) {
            return binding.serializer(type.getRawClass(), config);
        }
    }
}
