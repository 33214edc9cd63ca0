// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A generated CRD with what the generator cannot say: list types, number formats, order of the printed columns, bounds of
 * list items, and a default for a specification that is left out.
 */
final class FinishedCrd {
    private static final List<String> COLUMNS = List.of(
            "Phase",
            "Ready",
            "SyncerReady",
            "Reason",
            "ClusterVersion",
            "Version",
            "ClusterNamespace",
            "Kubernetes",
            "Age");
    private static final String HEADER = """
            # SPDX-License-Identifier: Apache-2.0
            # Generated from the classes in apis/ by `make crds`; a test compares. Do not edit.
            """;

    private final Map<String, Object> crd;

    private FinishedCrd(Map<String, Object> crd) {
        this.crd = crd;
    }

    /** Reads what the plugin generated for this plural name and returns the text that belongs into the chart. */
    static String text(Path generated, String plural) throws Exception {
        String yaml = Files.readString(generated.resolve(plural + "." + Keys.GROUP + "-v1.yml"));
        FinishedCrd crd = new FinishedCrd(asMap(new Load(LoadSettings.builder().build()).loadFromString(yaml)));
        crd.finish();
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                // Quotes True, which the API server's YAML 1.1 would take for a boolean.
                .setSchema(new CoreSchema())
                .setWidth(120)
                .setSplitLines(false)
                .setIndicatorIndent(2)
                .setIndentWithIndicator(true)
                .build();
        return HEADER + new Dump(settings).dumpToString(crd.crd);
    }

    private void finish() {
        Map<String, Object> version =
                asMap(asList(asMap(crd.get("spec")).get("versions")).getFirst());
        List<Object> columns = new ArrayList<>(asList(version.get("additionalPrinterColumns")));
        columns.sort(
                Comparator.comparingInt(column -> COLUMNS.indexOf(asMap(column).get("name"))));
        columns.forEach(column -> asMap(column).remove("priority", 0));
        version.put("additionalPrinterColumns", columns);

        Map<String, Object> root = asMap(asMap(version.get("schema")).get("openAPIV3Schema"));
        formats(root);
        describe(root);
        if ("VirtualCluster".equals(asMap(asMap(crd.get("spec")).get("names")).get("kind"))) {
            finishVirtualCluster(asMap(root.get("properties")));
        } else {
            finishClusterVersion(asMap(root.get("properties")));
        }
    }

    private static void finishVirtualCluster(Map<String, Object> properties) {
        // Without it the defaults of the fields would not apply to a VirtualCluster of no spec at all.
        property(properties, "spec").put("default", new LinkedHashMap<>());
        for (String prefixes : List.of("transparentMetaPrefixes", "opaqueMetaPrefixes")) {
            // A bound on the items, or the API server would reckon the rules over them too expensive.
            asMap(property(properties, "spec", prefixes).get("items")).put("maxLength", 316);
        }
        Map<String, Object> conditions = property(properties, "status", "conditions");
        conditions.put("x-kubernetes-list-type", "map");
        conditions.put("x-kubernetes-list-map-keys", List.of("type"));
        Map<String, Object> condition = asMap(asMap(conditions.get("items")).get("properties"));
        asMap(condition.get("status")).put("enum", List.of("True", "False", "Unknown"));
        asMap(condition.get("lastTransitionTime")).put("format", "date-time");
    }

    private static void finishClusterVersion(Map<String, Object> properties) {
        Map<String, Object> forward = property(properties, "spec", "coreDNS", "forward");
        forward.put("maxItems", 8);
        // Goes into a Corefile: nothing but addresses, optionally with port and dns:// or tls://, or the file.
        asMap(forward.get("items"))
                .put(
                        "pattern",
                        "^(/etc/resolv\\.conf|((dns|tls)://)?[0-9A-Fa-f.:]+|((dns|tls)://)?\\[[0-9A-Fa-f:]+\\](:[0-9]+)?)$");
    }

    /** fabric8's generator 7.5 leaves number formats out and writes bounds as decimals. */
    private static void formats(Map<String, Object> schema) {
        if ("integer".equals(schema.get("type"))) {
            schema.replaceAll((key, value) -> value instanceof Double number ? (Object) number.longValue() : value);
        }
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            properties.forEach((name, property) -> {
                Map<String, Object> child = asMap(property);
                if ("integer".equals(child.get("type"))) {
                    boolean isLong = name.equals("observedGeneration") || name.equals("pkiExpireDays");
                    child.put("format", isLong ? "int64" : "int32");
                }
                formats(child);
            });
        }
        if (schema.get("items") instanceof Map<?, ?> items) {
            formats(asMap(items));
        }
    }

    private static void describe(Map<String, Object> root) {
        Map<String, Object> properties = asMap(root.get("properties"));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("apiVersion", Map.of("type", "string"));
        all.put("kind", Map.of("type", "string"));
        all.put("metadata", Map.of("type", "object"));
        all.putAll(properties);
        root.put("properties", all);
        boolean isTenant = all.get("status") instanceof Map<?, ?> status && status.containsKey("properties");
        root.put(
                "description",
                isTenant
                        ? "A virtual cluster: a Kubernetes API server of its own whose pods run on this cluster's nodes."
                        : "How the control plane of virtual clusters is made.");
        asMap(all.get("spec"))
                .putIfAbsent("description", isTenant ? "What is asked for." : "The parts of the control plane.");
        asMap(all.get("status")).putIfAbsent("description", isTenant ? "Where it stands." : "Not used.");
    }

    private static Map<String, Object> property(Map<String, Object> properties, String... path) {
        Map<String, Object> schema = Map.of("properties", properties);
        for (String name : path) {
            schema = asMap(asMap(schema.get("properties")).get(name));
        }
        return schema;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asMap(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> asList(@Nullable Object value) {
        return (List<Object>) Objects.requireNonNull(value);
    }
}
