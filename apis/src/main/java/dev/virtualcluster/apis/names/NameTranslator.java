// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis.names;

import dev.virtualcluster.apis.Keys;
import java.util.regex.Pattern;

/**
 * Names of the tenants' objects in the super cluster. Pure functions: the same names for ever, in every process.
 *
 * <p>Two different pairs of tenant and namespace never have the same super namespace, with two stated exceptions that
 * the ownership check (annotations, UID) catches: digests of 80 bits collide, or two VirtualClusters whose names are
 * prefixes of one another have UIDs with the same 24 bits of digest.
 */
public final class NameTranslator {
    /** Longest name of a namespace, in characters. */
    public static final int MAX_NAMESPACE_LENGTH = 63;

    private static final int DIGEST_LENGTH = 16;
    private static final String TENANT_PREFIX = "tenant-";
    private static final Pattern SHADOWED_CONFIG_MAP = Pattern.compile("(tenant-)*kube-root-ca\\.crt");

    private NameTranslator() {}

    /** The super namespace that holds the objects of this tenant namespace; a DNS label. */
    public static String superNamespace(TenantKey key, String tenantNamespace) {
        String plain = key.value() + "-" + tenantNamespace;
        // Strictly shorter: what is cut is exactly 63 long, so a tenant cannot choose a namespace whose plain name
        // equals the cut name of another of his namespaces.
        if (plain.length() < MAX_NAMESPACE_LENGTH) {
            return plain;
        }
        String digest = Digest.base32(key.value() + "/" + tenantNamespace, DIGEST_LENGTH);
        return plain.substring(0, MAX_NAMESPACE_LENGTH - DIGEST_LENGTH - 1) + "-" + digest;
    }

    /**
     * The super ConfigMap of this tenant ConfigMap: the same name, but one that the super cluster's own controller keeps
     * in every namespace gives way. Injective: names that already look like the result give way too.
     */
    public static String superConfigMapName(String tenantName) {
        return SHADOWED_CONFIG_MAP.matcher(tenantName).matches() ? TENANT_PREFIX + tenantName : tenantName;
    }

    /** The super Secret that holds the tokens of this tenant pod. */
    public static String tokenSecretName(String tenantPodUid) {
        return Keys.TOKEN_SECRET_PREFIX + tenantPodUid;
    }

    /** The ServiceCIDR object that holds this slice: {@code 10.97.4.0/24} is {@code vc-10-97-4-0-24}. */
    public static String serviceCidrName(String slice) {
        return "vc-" + slice.replaceAll("[.:/]+", "-");
    }
}
