// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.virtualcluster.syncer.engine.RefusedException;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodReferencesTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    /** Named like it, and a path on the node. */
    private static final Set<String> NODE_FILES = Set.of("volumes[].cephfs.secretFile");

    private static final Pattern OBJECT =
            Pattern.compile("secret|configmap|localobjectreference|^endpoints$", Pattern.CASE_INSENSITIVE);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "volumes: [{name: v, secret: {secretName: x}}]",
                "volumes: [{name: v, projected: {sources: [{secret: {name: x}}]}}]",
                "volumes: [{name: v, azureFile: {shareName: s, secretName: x}}]",
                "volumes: [{name: v, csi: {driver: d, nodePublishSecretRef: {name: x}}}]",
                "volumes: [{name: v, flexVolume: {driver: d, secretRef: {name: x}}}]",
                "volumes: [{name: v, iscsi: {iqn: i, secretRef: {name: x}}}]",
                "volumes: [{name: v, rbd: {image: i, secretRef: {name: x}}}]",
                "volumes: [{name: v, cephfs: {path: p, secretRef: {name: x}}}]",
                "volumes: [{name: v, cinder: {volumeID: i, secretRef: {name: x}}}]",
                "volumes: [{name: v, scaleIO: {system: s, secretRef: {name: x}}}]",
                "volumes: [{name: v, storageos: {volumeName: s, secretRef: {name: x}}}]",
                "containers: [{name: c, env: [{name: e, valueFrom: {secretKeyRef: {name: x, key: k}}}]}]",
                "containers: [{name: c, envFrom: [{secretRef: {name: x}}]}]",
                "initContainers: [{name: c, envFrom: [{secretRef: {name: x}}]}]",
                "ephemeralContainers: [{name: c, envFrom: [{secretRef: {name: x}}]}]",
                "imagePullSecrets: [{name: x}]",
            })
    void findsSecrets(String spec) {
        assertThat(PodReferences.of(spec(spec))).extracting(Object::toString).containsExactly("Secret x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "volumes: [{name: v, configMap: {name: x}}]",
                "volumes: [{name: v, projected: {sources: [{configMap: {name: x}}]}}]",
                "containers: [{name: c, env: [{name: e, valueFrom: {configMapKeyRef: {name: x, key: k}}}]}]",
                "initContainers: [{name: c, envFrom: [{configMapRef: {name: x}}]}]",
                "ephemeralContainers: [{name: c, envFrom: [{configMapRef: {name: x}}]}]",
            })
    void findsConfigMaps(String spec) {
        assertThat(PodReferences.of(spec(spec))).extracting(Object::toString).containsExactly("ConfigMap x");
    }

    /** A new client library brings new fields, and what nobody knows passes through to the super cluster. */
    @ParameterizedTest
    @MethodSource("waysToNameAnObject")
    void findsWhatThePolicyDoesNotRefuse(String path) {
        Object value = "x";
        for (String step : List.of(path.split("[.]", -1)).reversed()) {
            value = step.endsWith("[]")
                    ? Map.of(step.substring(0, step.length() - 2), List.of(value))
                    : Map.of(step, value);
        }
        PodSpec spec = YAML.unmarshal(YAML.asJson(value), PodSpec.class);

        if (PodReferences.of(spec).isEmpty()) {
            Pod pod = new PodBuilder()
                    .withNewMetadata()
                    .endMetadata()
                    .withSpec(spec)
                    .build();
            assertThatThrownBy(() -> PodPolicy.check(pod), "neither PodReferences nor PodPolicy knows %s", path)
                    .isInstanceOf(RefusedException.class);
        }
    }

    static List<String> waysToNameAnObject() {
        List<String> paths = new ArrayList<>();
        walk(PodSpec.class, "", new ArrayDeque<>(), paths);
        assertThat(paths)
                .contains("containers[].env[].valueFrom.secretKeyRef.name", "volumes[].secret.secretName")
                .contains(
                        "imagePullSecrets[].name", "volumes[].cinder.secretRef.name", "volumes[].glusterfs.endpoints");
        return paths;
    }

    private static void walk(Class<?> type, String prefix, Deque<Class<?>> within, List<String> paths) {
        if (within.contains(type)) {
            return;
        }
        within.push(type);
        for (Field field : type.getDeclaredFields()) {
            JsonProperty property = field.getAnnotation(JsonProperty.class);
            if (property == null) {
                continue;
            }
            boolean isList =
                    field.getGenericType() instanceof ParameterizedType list && list.getRawType() == List.class;
            Class<?> inside = isList
                    ? (Class<?>) ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0]
                    : field.getType();
            String path = prefix + property.value() + (isList ? "[]" : "");
            if (inside == String.class && isName(type, property.value()) && !NODE_FILES.contains(path)) {
                paths.add(path);
            } else if (KubernetesResource.class.isAssignableFrom(inside)) {
                walk(inside, path + ".", within, paths);
            }
        }
        within.pop();
    }

    private static boolean isName(Class<?> holder, String property) {
        return OBJECT.matcher(property).find()
                || (property.equals("name")
                        && OBJECT.matcher(holder.getSimpleName()).find());
    }

    @Test
    void leavesOutWhatCannotBeAName() {
        assertThat(PodReferences.of(spec("imagePullSecrets: [{}, {name: ''}, {name: '../pods'}, {name: a/b}]")))
                .isEmpty();
    }

    private static PodSpec spec(String spec) {
        return YAML.unmarshal("---\n" + spec, PodSpec.class);
    }
}
