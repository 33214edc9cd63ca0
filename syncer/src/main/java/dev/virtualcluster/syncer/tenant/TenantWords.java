// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.regex.Pattern;

/** Turns what the super cluster says into the tenant's words: names of the super side never reach a tenant. */
public final class TenantWords {
    private static final Pattern ROOT_CA = Pattern.compile("\\btenant-((?:tenant-)*kube-root-ca\\.crt)");
    private static final Pattern TOKEN_SECRET = Pattern.compile("\\bvc-token-[0-9a-f-]{36}");

    private TenantWords() {}

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
