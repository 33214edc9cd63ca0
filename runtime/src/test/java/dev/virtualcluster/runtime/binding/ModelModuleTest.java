// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.KubernetesList;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

    /** Of three million digits, comparing two takes minutes. */
    @Test
    void refusesQuantitiesThatNoApiServerWrites() {
        for (String digits :
                List.of("1".repeat(65), "\"" + "1".repeat(65) + "\"", "\"1" + "0".repeat(3_000_000) + "m\"")) {
            String json = "{\"spec\":{\"containers\":[{\"resources\":{\"limits\":{\"cpu\":" + digits + "}}}]}}";
            assertThatThrownBy(() -> OURS.readValue(json, Pod.class)).isInstanceOf(JacksonException.class);
        }
        assertThatThrownBy(() -> OURS.readValue(
                        "{\"spec\":{\"overhead\":{\"cpu\":{\"amount\":\"1\",\"format\":\"m\"}}}}", Pod.class))
                .isInstanceOf(JacksonException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.000000001",
                "12",
                "\"9223372036854775807\"",
                "\"1e2147483647\"",
                "\"-9223372036854775807Ki\"",
                "null"
            })
    void readsQuantitiesAsTheLibraryDoes(String quantity) {
        String json = "{\"spec\":{\"overhead\":{\"cpu\":" + quantity + "}}}";
        PodSpec ours = OURS.readValue(json, Pod.class).getSpec();
        if (quantity.equals("null")) {
            assertThat(ours.getOverhead()).isEmpty();
            return;
        }
        assertThat(ours.getOverhead().get("cpu").toString())
                .isEqualTo(LIBRARY.readValue(json, Pod.class)
                        .getSpec()
                        .getOverhead()
                        .get("cpu")
                        .toString());
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
                "{\"spec\":{\"containers\":[{\"resources\":{\"limits\":{\"cpu\":\"\"}}}]}}",
                "{\"spec\":{\"overhead\":{\"cpu\":\"1e5x\"}}}",
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

    /** Whoever reads the message must find the place, whatever threw. */
    @Test
    void saysWhereAValueIsWrong() {
        assertThatThrownBy(() -> OURS.readValue(
                        "{\"spec\":{\"containers\":[{\"resources\":{\"limits\":{\"cpu\":\"\"}}}]}}", Pod.class))
                .isInstanceOf(JacksonException.class)
                .hasMessageContaining("[\"limits\"]")
                .hasMessageContaining("[\"cpu\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0400", "0o400", "256", "0755"})
    void readsModesInOctalAsTheLibraryDoes(String mode) {
        String json = "{\"secret\":{\"defaultMode\":\"" + mode + "\",\"items\":[{\"key\":\"a\",\"mode\":\"" + mode
                + "\"}]},\"projected\":{\"defaultMode\":\"" + mode + "\"}}";

        Volume read = OURS.readValue(json, Volume.class);

        assertThat(read).isEqualTo(LIBRARY.readValue(json, Volume.class));
    }

    @Test
    void whatIsSetUnderTheNameOfAFieldStandsInItsPlace() {
        ConfigMap map = new ConfigMap();
        map.setImmutable(true);
        map.setAdditionalProperty("immutable", "maybe");
        map.setAdditionalProperty("data", null);

        assertThat(OURS.writeValueAsString(map)).isEqualTo(LIBRARY.writeValueAsString(map));
    }

    /** A root that Jackson binds, with objects inside that are bound here. */
    @Test
    void findsItsClassesInsideOthers() {
        KubernetesList list = new KubernetesList();
        Pod pod = (Pod) new ModelFiller(new Random(1)).fill(Pod.class, 3);
        pod.setApiVersion("v1");
        pod.setKind("Pod");
        list.setItems(List.of(pod, new ConfigMap()));
        WatchEvent event = new WatchEvent(new ConfigMap(), "ADDED");
        assertThat(ModelType.of(KubernetesList.class)).isNull();

        assertThat(OURS.writeValueAsString(list)).isEqualTo(LIBRARY.writeValueAsString(list));
        assertThat(OURS.writeValueAsString(event)).isEqualTo(LIBRARY.writeValueAsString(event));
        String json = LIBRARY.writeValueAsString(list);
        assertThat(OURS.readValue(json, KubernetesList.class).getItems())
                .isEqualTo(LIBRARY.readValue(json, KubernetesList.class).getItems())
                .first()
                .isInstanceOf(Pod.class);
    }

    @Test
    void convertsToMapsAndBack() {
        Pod pod = (Pod) new ModelFiller(new Random(2)).fill(Pod.class, 5);

        Map<?, ?> map = OURS.convertValue(pod, Map.class);

        assertThat(map).isEqualTo(LIBRARY.convertValue(pod, Map.class));
        assertThat(OURS.convertValue(map, Pod.class)).isEqualTo(LIBRARY.convertValue(map, Pod.class));
    }

    @Test
    void updatesAnObjectThatIsThere() {
        Pod pod = new PodBuilder().withNewMetadata().withName("a").endMetadata().build();

        Pod same = OURS.readerForUpdating(pod).readValue("{\"spec\":{\"nodeName\":\"n\"}}");

        assertThat(same).isSameAs(pod);
        assertThat(pod.getMetadata().getName()).isEqualTo("a");
        assertThat(pod.getSpec().getNodeName()).isEqualTo("n");
    }

    /** As deep as the parser lets it be, in a thread as small as those of the processes. */
    @Test
    void takesDeepObjectsOnASmallStack() throws Exception {
        String json = "{\"spec\":{\"tomorrow\":" + "{\"a\":[".repeat(240) + "]}".repeat(240) + "}}";
        CompletableFuture<Pod> read = new CompletableFuture<>();
        Thread small = new Thread(
                null,
                () -> {
                    try {
                        Pod pod = ModelCopy.of(OURS.readValue(json, Pod.class));
                        read.complete(OURS.readValue(OURS.writeValueAsString(pod), Pod.class));
                    } catch (Throwable e) {
                        read.completeExceptionally(e);
                    }
                },
                "small",
                512 * 1024);
        small.start();

        assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(LIBRARY.readValue(json, Pod.class));
    }

    @Test
    void theLastOfTwoMembersOfOneNameCounts() {
        String json = "{\"metadata\":{\"name\":\"a\"},\"metadata\":{\"name\":\"b\"}}";

        assertThat(OURS.readValue(json, Pod.class)).isEqualTo(LIBRARY.readValue(json, Pod.class));
    }

    /** A type that the filler does not know is never written or read with a value. These are left to Jackson as a whole. */
    @Test
    void fillsFieldsOfEveryOtherType() {
        assertThat(ModelFiller.unknownTypes(bound()))
                .map(name -> name.substring(MODEL.length()))
                .containsExactlyInAnyOrder(
                        "NamedExtension",
                        "admission.v1.AdmissionRequest",
                        "admission.v1beta1.AdmissionRequest",
                        "apiextensions.v1.ConversionRequest",
                        "apiextensions.v1.ConversionResponse",
                        "apiextensions.v1.JSONSchemaProps",
                        "apiextensions.v1beta1.JSONSchemaProps",
                        "apps.ControllerRevision",
                        "coordination.v1.LeaseSpec",
                        "resource.v1.AllocatedDeviceStatus",
                        "resource.v1.OpaqueDeviceConfiguration",
                        "resource.v1alpha2.DriverRequests",
                        "resource.v1alpha2.StructuredResourceHandle",
                        "resource.v1alpha2.VendorParameters",
                        "resource.v1beta1.AllocatedDeviceStatus",
                        "resource.v1beta1.OpaqueDeviceConfiguration",
                        "resource.v1beta2.AllocatedDeviceStatus",
                        "resource.v1beta2.OpaqueDeviceConfiguration");
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
