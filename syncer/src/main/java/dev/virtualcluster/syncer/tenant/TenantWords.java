// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.names.NameTranslator;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.regex.Pattern;

/** Turns what the super cluster says into the tenant's words: names of the super side never reach a tenant. */
public final class TenantWords {
    private static final Pattern ROOT_CA = rootCa();
    private static final Pattern TOKEN_SECRET =
            Pattern.compile("\\b" + Pattern.quote(Keys.TOKEN_SECRET_PREFIX) + "[0-9a-f-]{36}");

    private TenantWords() {}

    /** A name of the super side, and in its group what the tenant calls it. */
    private static Pattern rootCa() {
        String name = Keys.ROOT_CA_CONFIG_MAP;
        String superName = NameTranslator.superConfigMapName(name);
        String prefix = Pattern.quote(superName.substring(0, superName.length() - name.length()));
        return Pattern.compile("\\b" + prefix + "((?:" + prefix + ")*" + Pattern.quote(name) + ")");
    }

    /** The text with every name of the super side replaced. */
    public static String of(Tenant tenant, String text) {
        String words = text;
        String stem = tenant.key();
        // Every name of the tenant's on the super side begins with the whole key.
        if (words.contains(stem)) {
            for (HasMetadata namespace : tenant.cache(Namespace.class).list()) {
                String name = ObjectKey.of(namespace).name();
                words = words.replace(tenant.superNamespace(name), name);
            }
            words = words.replace(stem + "-", "")
                    .replace(stem, tenant.settings().name());
        }
        if (words.contains(Keys.ROOT_CA_CONFIG_MAP)) {
            words = ROOT_CA.matcher(words).replaceAll("$1");
        }
        if (words.contains(Keys.TOKEN_SECRET_PREFIX)) {
            words = TOKEN_SECRET.matcher(words).replaceAll("service account token");
        }
        return words;
    }
}
