// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.runtime.metrics.Meters;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DirectSerializationTest {
    private static final String POD = """
            {"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","namespace":"b","labels":{"x":"ü"},"resourceVersion":"7"},
             "spec":{"containers":[{"name":"c","image":"d","ports":[{"containerPort":80}],"resources":{"requests":{"cpu":"50m"}},
             "livenessProbe":{"httpGet":{"port":"http"}}}],"unheardOf":{"deep":[1,2]}},
             "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}""";

    private final WatchLines lines = new WatchLines();
    private final AnswerBudget budget =
            new AnswerBudget(AnswerBudget.Pool.unbounded(), Meters.of("test").counter("cut_off_answers"));
    private final KubernetesSerialization direct =
            new DirectSerialization(ClientPlatform.newMapper(), lines, new PendingAnswers(System::nanoTime));
    private final KubernetesSerialization library = new KubernetesSerialization(mapper(), true);

    @BeforeEach
    void tellOfTheKindsOfCaches() {
        direct.registerKubernetesResource(Pod.class);
        direct.registerKubernetesResource(ConfigMap.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"MODIFIED\",\"object\":" + POD + "}",
                "{\"object\":" + POD + ",\"type\":\"ADDED\"}",
                "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"9\"}}}",
                "{\"type\":\"ADDED\",\"object\":{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"\\u00e9\\n\"}}}",
                "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"a\"},\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}}",
                "{\"type\":\"ADDED\",\"object\":{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\"}}",
                "{\"type\":\"ADDED\",\"object\":{\"apiVersion\":\"example.org/v1\",\"kind\":\"Gizmo\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"x\":1}}}",
                "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"reason\":\"Expired\",\"code\":410}}",
                "{\"type\":\"ADDED\",\"more\":1,\"object\":{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}}",
                "{\"type\":\"ADDED\"}",
                "  {\"type\":\"ADDED\",\"object\":{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}}",
                "{}",
            })
    void readsEventsAsTheLibraryDoes(String event) {
        WatchEvent expected = library.unmarshal(event, WatchEvent.class);

        assertThat(read(event)).isEqualTo(expected);
        assertThat(direct.unmarshal(event, WatchEvent.class))
                .as("without a ticket")
                .isEqualTo(expected);
    }

    @Test
    void readsManifestsOfAnyKind() {
        String manifest = "apiVersion: v1\nkind: Service\n---\napiVersion: apps/v1\nkind: Deployment\n";

        List<Object> fromStream = direct.unmarshal(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)));
        List<Object> fromText = direct.unmarshal(manifest);

        assertThat(fromStream).hasExactlyElementsOfTypes(Service.class, Deployment.class);
        assertThat(fromText).hasExactlyElementsOfTypes(Service.class, Deployment.class);
    }

    @Test
    void readsEventOnce() {
        String ticket = put("{\"type\":\"ADDED\",\"object\":%s}".formatted(POD).getBytes(StandardCharsets.UTF_8));

        assertThat(direct.unmarshal(ticket, WatchEvent.class).getType()).isEqualTo("ADDED");
        assertThat(lines.size()).isZero();
        assertThatThrownBy(() -> direct.unmarshal(ticket, WatchEvent.class))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("not there any more");
    }

    /** The client tries a second time, as a tree, and goes by what it finds there. */
    @Test
    void keepsWhatItCannotReadForTheClientsSecondAttempt() {
        String ticket = put("{\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":[1]}}"
                .getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> direct.unmarshal(ticket, WatchEvent.class))
                .isInstanceOf(KubernetesClientException.class);
        assertThat(direct.unmarshal(ticket, JsonNode.class).path("type").asString())
                .isEqualTo("ADDED");
    }

    @Test
    void replacesWhatIsNotUtf8() {
        byte[] event = "{\"type\":\"ADDED\",\"object\":%s}".formatted(POD).getBytes(StandardCharsets.ISO_8859_1);

        WatchEvent read = direct.unmarshal(put(event), WatchEvent.class);

        assertThat(((Pod) read.getObject()).getMetadata().getLabels()).containsEntry("x", "\ufffd");
    }

    @Test
    void givesObjectsTheirClasses() {
        assertThat(event(POD).getObject()).isInstanceOfSatisfying(Pod.class, pod -> {
            assertThat(pod.getKind()).isEqualTo("Pod");
            assertThat(pod.getApiVersion()).isEqualTo("v1");
            assertThat(pod.getSpec().getAdditionalProperties()).containsKey("unheardOf");
            assertThat(pod.getMetadata().getLabels()).containsEntry("x", "ü");
        });
        assertThat(event("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":410}")
                        .getObject())
                .isInstanceOf(Status.class);
        assertThat(event("{\"kind\":\"Gizmo\",\"apiVersion\":\"example.org/v1\",\"metadata\":{}}")
                        .getObject())
                .isInstanceOf(GenericKubernetesResource.class);
    }

    @Test
    void findsKindsOfTheModelThatItWasNotToldOf() {
        assertThat(event("{\"kind\":\"Deployment\",\"apiVersion\":\"apps/v1\",\"metadata\":{}}")
                        .getObject())
                .isInstanceOf(Deployment.class);
    }

    @Test
    void readsPlainObjectsAsTheLibraryDoes() {
        assertThat(direct.unmarshal(POD, Pod.class)).isEqualTo(library.unmarshal(POD, Pod.class));
    }

    /** As YAML, each would be a text of some hundred characters that stands for half a billion objects. */
    @ParameterizedTest
    @ValueSource(strings = {"", "--- ", " \n", "%YAML 1.2\n---\n", "\ufeff"})
    void takesNoAnswerForYaml(String before) {
        String bomb = before + "a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n";

        assertRefused(() -> direct.unmarshal(bomb, Status.class));
        assertRefused(() -> direct.unmarshal(bomb, WatchEvent.class));
        assertRefused(() -> direct.unmarshal(bomb, new TypeReference<Status>() {}));
        assertRefused(() -> direct.unmarshal(stream(bomb), Status.class));
        assertRefused(() -> direct.unmarshal(stream(bomb), new TypeReference<Status>() {}));
        String ticket = put((bomb.replace('\n', ' ')).getBytes(StandardCharsets.UTF_8));
        assertRefused(() -> direct.unmarshal(ticket, WatchEvent.class));
        assertRefused(() -> direct.unmarshal(ticket, Map.class));
    }

    private static void assertRefused(ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .isInstanceOf(KubernetesClientException.class)
                .hasMessage("the answer is no JSON");
    }

    @Test
    void readsAnswersFromStreams() {
        assertThat(direct.unmarshal(stream("\n " + POD), Pod.class)).isEqualTo(library.unmarshal(POD, Pod.class));
        assertThat(direct.unmarshal(stream(POD), new TypeReference<Pod>() {}))
                .isEqualTo(library.unmarshal(POD, Pod.class));
        assertRefused(() -> direct.unmarshal(stream(""), Pod.class));
    }

    @Test
    void readsAnswersFromBytes() {
        DirectSerialization bytes = (DirectSerialization) direct;
        String fields = "\"managedFields\":[{\"manager\":\"m\",\"fieldsV1\":{\"k:{\\\"a\\\"}\":{}}}],";
        String managed = POD.replace("\"resourceVersion\"", fields + "\"resourceVersion\"");

        assertThat(managed).isNotEqualTo(POD);
        assertThat(bytes.unmarshal(("\n " + managed).getBytes(StandardCharsets.UTF_8), Pod.class))
                .isEqualTo(library.unmarshal(POD, Pod.class));
        assertThat(bytes.unmarshal(POD.getBytes(StandardCharsets.ISO_8859_1), Pod.class)
                        .getMetadata()
                        .getLabels())
                .as("what is not UTF-8")
                .containsEntry("x", "\ufffd");
        for (String broken : List.of("", " ", "a: 1", POD.substring(0, 100), "[1]")) {
            assertThatThrownBy(() -> bytes.unmarshal(broken.getBytes(StandardCharsets.UTF_8), Pod.class))
                    .as(broken)
                    .isInstanceOf(KubernetesClientException.class);
        }
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsNoNullInListsAndMaps() {
        String pod = POD.replace("\"containers\":[", "\"volumes\":[null],\"containers\":[null,")
                .replace("\"labels\":{", "\"labels\":{\"none\":null,")
                .replace("\"conditions\":[", "\"conditions\":[null,")
                .replace("\"requests\":{", "\"requests\":{\"memory\":null,")
                .replace("\"image\"", "\"command\":[null,\"run\"],\"image\"");
        Pod expected = library.unmarshal(POD, Pod.class);
        expected.getSpec().getContainers().getFirst().setCommand(List.of("run"));

        assertThat(direct.unmarshal(pod, Pod.class)).isEqualTo(expected);
        assertThat(event(pod).getObject()).isEqualTo(expected);
        assertThat(direct.unmarshal("{\"items\":[null," + POD + "]}", PodList.class)
                        .getItems())
                .containsExactly(library.unmarshal(POD, Pod.class));
    }

    @Test
    void refusesWhatIsCutOffOrOfAnotherShape() {
        for (String broken : List.of(
                "{\"type\":\"ADDED\",\"object\":" + POD.substring(0, 300),
                "{\"type\":{\"type\":\"ADDED\",\"object\":" + POD + "}}",
                "{\"type\":[\"ADDED\"],\"object\":" + POD + "}",
                "{\"type\":\"ADDED\",\"object\":" + POD,
                "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":[1]}}")) {
            assertThatThrownBy(() -> read(broken)).isInstanceOf(KubernetesClientException.class);
        }
    }

    private WatchEvent event(String object) {
        return read("{\"type\":\"ADDED\",\"object\":" + object + "}");
    }

    private String put(byte[] line) {
        return lines.put(line, budget);
    }

    private WatchEvent read(String event) {
        return direct.unmarshal(put(event.getBytes(StandardCharsets.UTF_8)), WatchEvent.class);
    }

    private static JsonMapper mapper() {
        return JsonMapper.builderWithJackson2Defaults().build();
    }
}
