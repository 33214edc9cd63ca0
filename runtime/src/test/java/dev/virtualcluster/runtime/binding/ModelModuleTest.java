// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Every class of the model that is bound by fields, beside Jackson's own way with it. */
class ModelModuleTest {
    private static final String MODEL = "io/fabric8/kubernetes/api/model/";

    private static final ObjectMapper LIBRARY = Mappers.of(JsonMapper.builderWithJackson2Defaults());
    private static final ObjectMapper OURS =
            Mappers.of(JsonMapper.builderWithJackson2Defaults().addModule(new ModelModule()));

    @Test
    void bindsWhatIsSyncedAndProvisioned() {
        assertThat(Stream.of(
                        Pod.class,
                        PodSpec.class,
                        PodStatus.class,
                        Container.class,
                        ObjectMeta.class,
                        PodList.class,
                        Secret.class,
                        Service.class,
                        Event.class,
                        Node.class,
                        ConfigMap.class,
                        Binding.class,
                        Status.class,
                        StatefulSet.class))
                .allSatisfy(type -> assertThat(ModelType.of(type)).isNotNull());
        assertThat(bound()).hasSizeGreaterThan(1_000);
    }

    @Test
    void writesAndReadsAsTheLibraryDoes() {
        for (Class<?> type : bound()) {
            for (int seed = 0; seed < 4; seed++) {
                Object object = new ModelFiller(new Random(seed)).fill(type, 3);
                String theirs = LIBRARY.writeValueAsString(object);

                String ours = OURS.writeValueAsString(object);

                assertThat(ours).isEqualTo(theirs);
                assertThat(OURS.readValue(theirs, type)).isEqualTo(LIBRARY.readValue(theirs, type));
            }
        }
    }

    @Test
    void takesNullsAndTheUnknownAsTheLibraryDoes() {
        bound().forEach(ModelModuleTest::takesNullsAndTheUnknown);
    }

    private static void takesNullsAndTheUnknown(Class<?> type) {
        StringBuilder nulls = new StringBuilder("{\"unheardOf\":{\"deep\":[1,2.5,null,\"x\"]},\"nothing\":null");
        ModelType model = ModelType.of(type);
        assertThat(model).isNotNull();
        model.properties()
                .forEach(property -> nulls.append(",\"").append(property.name()).append("\":null"));
        String json = nulls.append('}').toString();

        Object read = OURS.readValue(json, type);

        assertThat(read).isEqualTo(LIBRARY.readValue(json, type));
        assertThat(OURS.writeValueAsString(read)).isEqualTo(LIBRARY.writeValueAsString(read));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "7",
                "\"pod\"",
                "true",
                "{\"spec\":[]}",
                "{\"spec\":{\"containers\":{}}}",
                "{\"spec\":{\"containers\":[7]}}",
                "{\"spec\":{\"priority\":\"high\"}}",
                "{\"metadata\":{\"labels\":{\"a\":{}}}}",
                "{\"spec\":{",
                "{\"spec\":",
                "{"
            })
    void refusesWhatTheLibraryRefuses(String json) {
        assertThatThrownBy(() -> LIBRARY.readValue(json, Pod.class)).isInstanceOf(JacksonException.class);

        assertThatThrownBy(() -> OURS.readValue(json, Pod.class)).isInstanceOf(JacksonException.class);
    }

    @Test
    void saysWhereSomethingIsWrong() {
        assertThatThrownBy(() ->
                        OURS.readValue("{\"spec\":{\"containers\":[{\"name\":\"a\"},{\"ports\":{}}]}}", Pod.class))
                .hasMessageContaining("[\"spec\"]")
                .hasMessageContaining("[\"containers\"]")
                .hasMessageContaining("[1]")
                .hasMessageContaining("[\"ports\"]");
    }

    @Test
    void theLastOfTwoMembersOfOneNameCounts() {
        String json = "{\"metadata\":{\"name\":\"a\"},\"metadata\":{\"name\":\"b\"}}";

        assertThat(OURS.readValue(json, Pod.class)).isEqualTo(LIBRARY.readValue(json, Pod.class));
    }

    private static List<Class<?>> bound() {
        List<Class<?>> bound = new ArrayList<>();
        try {
            for (URL folder :
                    Collections.list(ModelModuleTest.class.getClassLoader().getResources(MODEL))) {
                if (folder.openConnection() instanceof JarURLConnection jar) {
                    jar.getJarFile().stream()
                            .map(entry -> entry.getName())
                            .filter(name -> name.startsWith(MODEL) && name.endsWith(".class") && !name.contains("$"))
                            .map(name -> name.substring(0, name.length() - ".class".length())
                                    .replace('/', '.'))
                            .map(ModelModuleTest::load)
                            .filter(type -> ModelType.of(type) != null)
                            .forEach(bound::add);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bound;
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ModelModuleTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The client's own configuration of a mapper. */
    private static final class Mappers extends KubernetesSerialization {
        private static ObjectMapper configured;

        private Mappers(ObjectMapper mapper) {
            super(mapper, true);
        }

        static ObjectMapper of(JsonMapper.Builder builder) {
            new Mappers(builder.build());
            return configured;
        }

        @Override
        protected ObjectMapper configureMapper(ObjectMapper mapper) {
            configured = super.configureMapper(mapper);
            return configured;
        }
    }
}
