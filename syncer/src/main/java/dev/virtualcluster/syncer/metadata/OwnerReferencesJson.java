// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.metadata;

import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The recorded owner references. Written by hand because it is on the hot path and every value is a name, a kind, an API
 * version or a UID: nothing that JSON would have to escape is let through.
 */
final class OwnerReferencesJson {
    private OwnerReferencesJson() {}

    static String of(@Nullable List<OwnerReference> references) {
        if (references == null || references.isEmpty()) {
            return "";
        }
        StringBuilder json = new StringBuilder("[");
        for (OwnerReference reference : references) {
            json.append(json.length() == 1 ? "{" : ",{");
            string(json, "apiVersion", reference.getApiVersion()).append(',');
            string(json, "kind", reference.getKind()).append(',');
            string(json, "name", reference.getName()).append(',');
            string(json, "uid", reference.getUid());
            flag(json, "controller", reference.getController());
            flag(json, "blockOwnerDeletion", reference.getBlockOwnerDeletion());
            json.append('}');
        }
        return json.append(']').toString();
    }

    private static void flag(StringBuilder json, String name, @Nullable Boolean value) {
        if (value != null) {
            json.append(",\"").append(name).append("\":").append(value);
        }
    }

    private static StringBuilder string(StringBuilder json, String name, @Nullable String value) {
        json.append('"').append(name).append("\":\"");
        String text = value == null ? "" : value;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\') {
                json.append(c);
            }
        }
        return json.append('"');
    }
}
