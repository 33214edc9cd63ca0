// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheStoreTest {
    private final CacheStore<ConfigMap> store = new CacheStore<>(object -> {
        object.setData(null);
        return object;
    });
    private final List<String> seen = new ArrayList<>();

    @Test
    void keepsAndAnnouncesTheTrimmedObject() {
        store.addListener((key, before, after) ->
                seen.add(key + " " + (before != null) + " " + (after != null && after.getData() == null)));

        store.put(configMap("ns", "a", "1"));

        assertThat(seen).containsExactly("ns/a false true");
        assertThat(store.list())
                .singleElement()
                .satisfies(kept -> assertThat(kept.getData()).isNull());
    }

    @Test
    void saysNothingWhenTheVersionIsTheSame() {
        store.put(configMap("ns", "a", "1"));
        store.addListener((key, before, after) -> seen.add(key.toString()));
        seen.clear();

        store.put(configMap("ns", "a", "1"));

        assertThat(seen).isEmpty();
    }

    @Test
    void replaysToALateListenerWhatIsThere() {
        store.put(configMap("ns", "b", "1"));
        store.put(configMap("ns", "a", "2"));

        store.addListener((key, before, after) -> seen.add(key + " " + (before == null)));

        assertThat(seen).containsExactly("ns/a true", "ns/b true");
    }

    @Test
    void listsOneNamespaceOnly() {
        for (String namespace : List.of("a", "a-b", "ab", "b")) {
            store.put(configMap(namespace, "x", "1"));
            store.put(configMap(namespace, "y", "1"));
        }

        assertThat(store.list("a"))
                .extracting(object -> ObjectKey.of(object).toString())
                .containsExactly("a/x", "a/y");
        assertThat(store.list("c")).isEmpty();
        assertThat(store.list()).hasSize(8);
    }

    @Test
    void announcesARemovalWithWhatWasThere() {
        store.put(configMap("ns", "a", "1"));
        store.addListener((key, before, after) -> seen.add(key + " " + (before != null) + " " + (after != null)));
        seen.clear();

        store.remove(new ObjectKey("ns", "a"));
        store.remove(new ObjectKey("ns", "a"));

        assertThat(seen).containsExactly("ns/a true false");
    }

    @Test
    void survivesAListenerThatThrows() {
        store.addListener((key, before, after) -> {
            throw new IllegalStateException("a defect of the listener");
        });
        store.addListener((key, before, after) -> seen.add(key.toString()));

        store.put(configMap("ns", "a", "1"));

        assertThat(seen).containsExactly("ns/a");
    }

    private static ConfigMap configMap(String namespace, String name, String version) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withUid(namespace + name)
                .withResourceVersion(version)
                .endMetadata()
                .withData(Map.of("k", "v"))
                .build();
    }
}
