// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ModelCopyTest {
    @Test
    void isEqualAndSharesNothingThatCanChange() {
        for (int seed = 0; seed < 50; seed++) {
            Pod origin = (Pod) new ModelFiller(new Random(seed)).fill(Pod.class, 6);

            Pod copy = ModelCopy.of(origin);

            assertThat(copy).isEqualTo(origin);
            Set<Object> inOrigin = Collections.newSetFromMap(new IdentityHashMap<>());
            collect(origin, inOrigin);
            Set<Object> inCopy = Collections.newSetFromMap(new IdentityHashMap<>());
            collect(copy, inCopy);
            inCopy.retainAll(inOrigin);
            assertThat(inCopy).isEmpty();
        }
    }

    @Test
    void leavesTheOriginAsItIs() {
        Pod origin = new PodBuilder()
                .withNewMetadata()
                .addToLabels("app", "web")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .endContainer()
                .endSpec()
                .build();

        Pod copy = ModelCopy.of(origin);
        copy.getMetadata().getLabels().put("app", "other");
        copy.getSpec().getContainers().getFirst().setName("other");
        copy.getSpec().getContainers().clear();

        assertThat(origin.getMetadata().getLabels()).containsEntry("app", "web");
        assertThat(origin.getSpec().getContainers()).hasSize(1);
        assertThat(origin.getSpec().getContainers().getFirst().getName()).isEqualTo("main");
    }

    /** Whatever a pod or a node may hold can be copied: otherwise a copy would fail only where somebody uses it. */
    @Test
    void knowsEverythingInsidePodsAndNodes() {
        Set<String> unknown = new TreeSet<>();
        Set<Class<?>> seen = new HashSet<>();
        look(Pod.class, seen, unknown);
        look(Node.class, seen, unknown);

        assertThat(seen).hasSizeGreaterThan(150);
        assertThat(unknown).isEmpty();
    }

    private static void look(Type type, Set<Class<?>> seen, Set<String> unknown) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                look(argument, seen, unknown);
            }
        } else if (type instanceof Class<?> raw && seen.add(raw) && !ModelCopy.isShared(raw)) {
            ModelType model = ModelType.of(raw);
            if (model == null) {
                unknown.add(raw.getName());
            } else {
                model.properties().forEach(property -> look(property.type(), seen, unknown));
            }
        }
    }

    @Test
    void refusesWhatIsNotBound() {
        assertThatThrownBy(() -> ModelCopy.of(new Quantity("1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Quantity is not bound");
        Pod pod = new Pod();
        pod.setAdditionalProperty("odd", new StringBuilder());
        assertThatThrownBy(() -> ModelCopy.of(pod))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("StringBuilder is not bound");
    }

    /** Objects of the model, lists and maps, at any depth. */
    private static void collect(Object value, Set<Object> into) {
        if (value instanceof Map<?, ?> map) {
            into.add(map);
            map.values().forEach(member -> collect(member, into));
        } else if (value instanceof List<?> list) {
            into.add(list);
            list.forEach(element -> collect(element, into));
        } else if (value != null && ModelType.of(value.getClass()) != null) {
            into.add(value);
            ModelType model = ModelType.of(value.getClass());
            List<Object> members = new ArrayList<>();
            model.properties().forEach(property -> members.add(property.get(value)));
            members.add(model.unknown(value));
            members.forEach(member -> collect(member, into));
        }
    }
}
