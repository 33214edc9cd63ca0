// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.metadata;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.tenant.TenantSettings;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Converts metadata downwards and merges it into what the super cluster holds.
 *
 * <p>All labels and annotations of the tenant are copied, so that no selector breaks, except keys under our own prefix
 * (a tenant cannot forge proofs), opaque prefixes, and a few that would mean something else in the super cluster. Which
 * keys were copied is recorded on the twin; so a key removed in the tenant is removed there too, while keys that
 * super-side controllers and webhooks add stay untouched.
 */
public final class MetadataConversion {
    /** Annotation on the twin: the copied label keys and annotation keys. */
    static final String COPIED = Keys.PREFIX + "copied";

    /** kubectl's copy of the whole manifest: large, and an apply by nobody in the super cluster. */
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private static final String POD_SECURITY_PREFIX = "pod-security.kubernetes.io/";

    private MetadataConversion() {}

    /**
     * Metadata of the twin of {@code source}: translated place, copied labels and annotations, the ownership proof.
     *
     * @param superNamespace "" for cluster-scoped twins
     */
    public static ObjectMeta down(Tenant tenant, ObjectMeta source, String superNamespace, String superName) {
        TenantSettings settings = tenant.settings();
        Map<String, String> labels = copied(settings, source.getLabels());
        Map<String, String> annotations = copied(settings, source.getAnnotations());
        String record = record(labels, annotations);
        if (!record.isEmpty()) {
            annotations.put(COPIED, record);
        }
        labels.put(Keys.CONTROLLED, Keys.TRUE);
        labels.put(Keys.CLUSTER, tenant.key());
        labels.put(Keys.VC_NAME, settings.name());
        labels.put(Keys.VC_NAMESPACE, settings.namespace());
        annotations.put(Keys.CLUSTER, tenant.key());
        annotations.put(Keys.VC_NAME, settings.name());
        annotations.put(Keys.VC_NAMESPACE, settings.namespace());
        annotations.put(Keys.TENANT_NAMESPACE, source.getNamespace() == null ? "" : source.getNamespace());
        annotations.put(Keys.TENANT_NAME, source.getName());
        annotations.put(Keys.TENANT_UID, source.getUid());
        return new ObjectMetaBuilder()
                .withNamespace(superNamespace.isEmpty() ? null : superNamespace)
                .withName(superName)
                .withLabels(labels)
                .withAnnotations(annotations)
                .build();
    }

    /** Tells whether what we own of the metadata differs. Pure and cheap: no copies are made. */
    public static boolean differs(ObjectMeta desired, ObjectMeta actual) {
        return !contains(actual.getLabels(), desired.getLabels())
                || !contains(actual.getAnnotations(), desired.getAnnotations())
                || (!desired.getAnnotations().containsKey(COPIED)
                        && actual.getAnnotations() != null
                        && actual.getAnnotations().containsKey(COPIED));
    }

    /**
     * Metadata for an update: the actual object's with our part replaced; resourceVersion and UID are kept and serve as
     * preconditions, and so are super-side finalizers and owner references.
     */
    public static ObjectMeta merged(ObjectMeta desired, ObjectMeta actual) {
        Map<String, String> labels = mutable(actual.getLabels());
        Map<String, String> annotations = mutable(actual.getAnnotations());
        String record = annotations.remove(COPIED);
        if (record != null) {
            int cut = record.indexOf(';');
            List.of(record.substring(0, Math.max(cut, 0)).split(",")).forEach(labels::remove);
            List.of(record.substring(cut + 1).split(",")).forEach(annotations::remove);
        }
        labels.putAll(desired.getLabels());
        annotations.putAll(desired.getAnnotations());
        return new ObjectMetaBuilder(actual)
                .withLabels(labels)
                .withAnnotations(annotations)
                .build();
    }

    private static Map<String, String> copied(TenantSettings settings, @Nullable Map<String, String> from) {
        Map<String, String> to = new HashMap<>();
        if (from != null) {
            from.forEach((key, value) -> {
                if (isCopied(settings, key)) {
                    to.put(key, value);
                }
            });
        }
        return to;
    }

    /** Tells whether a label or annotation of the tenant is on its twin too, under the same key. */
    public static boolean isCopied(TenantSettings settings, String key) {
        // Transparent keys are the super cluster's to say; they flow upwards only.
        return !isOurs(key)
                && !key.equals(LAST_APPLIED)
                && !key.startsWith(POD_SECURITY_PREFIX)
                && !hasPrefix(settings.opaquePrefixes(), key)
                && !hasPrefix(settings.transparentPrefixes(), key);
    }

    /** Tells whether the key is under a prefix that only we write. */
    public static boolean isOurs(String key) {
        int slash = key.indexOf('/');
        return slash > 0
                && (key.startsWith(Keys.GROUP) || key.substring(0, slash).endsWith("." + Keys.GROUP));
    }

    /** The keys that flow upwards by the VirtualCluster's transparent prefixes, with the super cluster's values. */
    public static Map<String, String> transparent(TenantSettings settings, @Nullable Map<String, String> superSide) {
        if (settings.transparentPrefixes().isEmpty() || superSide == null) {
            return Map.of();
        }
        Map<String, String> found = new TreeMap<>();
        superSide.forEach((key, value) -> {
            if (!isOurs(key) && hasPrefix(settings.transparentPrefixes(), key)) {
                found.put(key, value);
            }
        });
        return found;
    }

    /** Tells whether {@code actual} holds every entry of {@code wanted}. */
    public static boolean contains(@Nullable Map<String, String> actual, Map<String, String> wanted) {
        if (actual == null) {
            return wanted.isEmpty();
        }
        for (Map.Entry<String, String> entry : wanted.entrySet()) {
            if (!entry.getValue().equals(actual.get(entry.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasPrefix(List<String> prefixes, String key) {
        for (String prefix : prefixes) {
            if (!prefix.isEmpty() && key.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static String record(Map<String, String> labels, Map<String, String> annotations) {
        if (labels.isEmpty() && annotations.isEmpty()) {
            return "";
        }
        return String.join(",", new TreeSet<>(labels.keySet())) + ";"
                + String.join(",", new TreeSet<>(annotations.keySet()));
    }

    private static Map<String, String> mutable(@Nullable Map<String, String> from) {
        return from == null ? new HashMap<>() : new HashMap<>(from);
    }
}
