// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.metadata;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.tenant.TenantSettings;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Converts metadata downwards and merges it into what the super cluster holds.
 *
 * <p>All labels and annotations of the tenant are copied, so that no selector breaks, except keys under our own prefix
 * (a tenant cannot forge proofs), opaque prefixes, and a few that would mean something else in the super cluster. Which
 * keys were copied is recorded on the twin; so a key removed in the tenant is removed there too, while keys that
 * super-side controllers and webhooks add stay untouched. Keys with a transparent prefix are theirs alone: they flow
 * upwards, never down.
 *
 * <p>Namespaces are stricter, because the super cluster judges all that is inside by their labels and annotations:
 * nothing under Kubernetes' own domains is copied to them, and a key that stands there without being recorded is the
 * admin's, whatever the tenant does with a key of that name.
 */
public final class MetadataConversion {
    /** Annotation on the twin: the copied label keys and annotation keys. */
    static final String COPIED = Keys.PREFIX + "copied";

    /** kubectl's copy of the whole manifest: large, and an apply by nobody in the super cluster. */
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    /** Of a service account: super admission would refuse its pods, as Secrets are not listed in its twin. */
    private static final String ENFORCE_MOUNTABLE = "kubernetes.io/enforce-mountable-secrets";

    private static final String POD_SECURITY_PREFIX = "pod-security.kubernetes.io/";

    /** Node selectors, toleration lists, admission settings: on a namespace they are orders to the super cluster. */
    private static final List<String> KUBERNETES_DOMAINS = List.of("kubernetes.io", "k8s.io");

    /** The keys that were copied to a twin, as the twin says. */
    private record Copied(Set<String> labels, Set<String> annotations) {
        static Copied to(ObjectMeta twin) {
            String text =
                    twin.getAnnotations() == null ? null : twin.getAnnotations().get(COPIED);
            if (text == null) {
                return new Copied(Set.of(), Set.of());
            }
            int cut = text.indexOf(';');
            return new Copied(keys(text.substring(0, Math.max(cut, 0))), keys(text.substring(cut + 1)));
        }

        private static Set<String> keys(String joined) {
            return joined.isEmpty() ? Set.of() : new HashSet<>(List.of(joined.split(",")));
        }
    }

    private MetadataConversion() {}

    /**
     * Metadata of the twin of {@code source}: translated place, copied labels and annotations, the ownership proof.
     *
     * @param superNamespace "" for the twin of a namespace; no other kind's is cluster-scoped
     */
    public static ObjectMeta down(Tenant tenant, ObjectMeta source, String superNamespace, String superName) {
        TenantSettings settings = tenant.settings();
        BiPredicate<TenantSettings, String> isCopied =
                superNamespace.isEmpty() ? MetadataConversion::isCopiedToNamespace : MetadataConversion::isCopied;
        Map<String, String> labels = copied(settings, isCopied, source.getLabels());
        Map<String, String> annotations = copied(settings, isCopied, source.getAnnotations());
        record(labels.keySet(), annotations.keySet()).ifPresent(record -> annotations.put(COPIED, record));
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

    /** Tells whether what we own of the metadata differs. Pure and cheap: only an admin's keys make a copy necessary. */
    public static boolean differs(ObjectMeta wanted, ObjectMeta actual) {
        ObjectMeta desired = withoutAdmins(wanted, actual);
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
    public static ObjectMeta merged(ObjectMeta wanted, ObjectMeta actual) {
        ObjectMeta desired = withoutAdmins(wanted, actual);
        Map<String, String> labels = mutable(actual.getLabels());
        Map<String, String> annotations = mutable(actual.getAnnotations());
        Copied before = Copied.to(actual);
        before.labels.forEach(labels::remove);
        before.annotations.forEach(annotations::remove);
        annotations.remove(COPIED);
        labels.putAll(desired.getLabels());
        annotations.putAll(desired.getAnnotations());
        return new ObjectMetaBuilder(actual)
                .withLabels(labels)
                .withAnnotations(annotations)
                .build();
    }

    /**
     * What may be written over {@code actual}. A key that stands on a super namespace unrecorded was put there by an
     * admin, or by a policy engine of his: were it taken over by copying, the tenant could also have it removed.
     */
    private static ObjectMeta withoutAdmins(ObjectMeta desired, ObjectMeta actual) {
        if (desired.getNamespace() != null) {
            return desired;
        }
        Copied now = Copied.to(desired);
        Copied before = Copied.to(actual);
        Set<String> labels = unrecorded(now.labels, before.labels, actual.getLabels());
        Set<String> annotations = unrecorded(now.annotations, before.annotations, actual.getAnnotations());
        if (labels.isEmpty() && annotations.isEmpty()) {
            return desired;
        }
        ObjectMeta rest = new ObjectMetaBuilder(desired)
                .removeFromAnnotations(COPIED)
                .withLabels(without(labels, desired.getLabels()))
                .build();
        rest.setAnnotations(without(annotations, rest.getAnnotations()));
        record(without(labels, now.labels), without(annotations, now.annotations))
                .ifPresent(record -> rest.getAnnotations().put(COPIED, record));
        return rest;
    }

    private static Set<String> unrecorded(
            Set<String> wanted, Set<String> recorded, @Nullable Map<String, String> actual) {
        Set<String> found = new HashSet<>(wanted);
        found.removeAll(recorded);
        found.retainAll(actual == null ? Set.of() : actual.keySet());
        return found;
    }

    private static Set<String> without(Set<String> keys, Set<String> from) {
        Set<String> rest = new HashSet<>(from);
        rest.removeAll(keys);
        return rest;
    }

    private static Map<String, String> without(Set<String> keys, Map<String, String> from) {
        Map<String, String> rest = new HashMap<>(from);
        rest.keySet().removeAll(keys);
        return rest;
    }

    private static Map<String, String> copied(
            TenantSettings settings, BiPredicate<TenantSettings, String> isCopied, @Nullable Map<String, String> from) {
        Map<String, String> to = new HashMap<>();
        if (from != null) {
            from.forEach((key, value) -> {
                if (isCopied.test(settings, key)) {
                    to.put(key, value);
                }
            });
        }
        return to;
    }

    /** Tells whether a label or annotation of the tenant is on its twin too, under the same key. */
    public static boolean isCopied(TenantSettings settings, String key) {
        // Transparent keys are the super cluster's to say; copied down as well, they would be two parties' to write.
        return !isOurs(key)
                && !key.equals(LAST_APPLIED)
                && !key.equals(ENFORCE_MOUNTABLE)
                && !key.startsWith(POD_SECURITY_PREFIX)
                && !hasPrefix(settings.opaquePrefixes(), key)
                && !hasPrefix(settings.transparentPrefixes(), key);
    }

    /** Tells whether a label or annotation of a tenant's namespace may be on the super namespace too. */
    public static boolean isCopiedToNamespace(TenantSettings settings, String key) {
        return isCopied(settings, key) && !isOfKubernetes(key);
    }

    private static boolean isOfKubernetes(String key) {
        int slash = key.indexOf('/');
        String domain = slash < 0 ? "" : key.substring(0, slash);
        return KUBERNETES_DOMAINS.stream().anyMatch(known -> domain.equals(known) || domain.endsWith("." + known));
    }

    /** Tells whether the key is under a prefix that only we write. */
    public static boolean isOurs(String key) {
        int slash = key.indexOf('/');
        return slash > 0
                && (key.startsWith(Keys.GROUP) || key.substring(0, slash).endsWith("." + Keys.GROUP));
    }

    /**
     * The labels and annotations that flow upwards by the VirtualCluster's transparent prefixes, where {@code source}
     * lacks them or has them otherwise. What the super cluster takes away again stays, as the tenant may have set it.
     *
     * @return the {@code metadata} of a merge patch, with {@code source}'s UID; empty when there is nothing to write
     */
    public static Map<String, Object> up(TenantSettings settings, ObjectMeta source, ObjectMeta actual) {
        if (settings.transparentPrefixes().isEmpty()) {
            return Map.of();
        }
        Map<String, String> labels = transparent(settings, actual.getLabels());
        Map<String, String> annotations = transparent(settings, actual.getAnnotations());
        if (contains(source.getLabels(), labels) && contains(source.getAnnotations(), annotations)) {
            return Map.of();
        }
        return Map.of("uid", source.getUid(), "labels", labels, "annotations", annotations);
    }

    private static Map<String, String> transparent(TenantSettings settings, @Nullable Map<String, String> superSide) {
        Map<String, String> found = new TreeMap<>();
        if (superSide != null) {
            superSide.forEach((key, value) -> {
                if (!isOurs(key) && hasPrefix(settings.transparentPrefixes(), key)) {
                    found.put(key, value);
                }
            });
        }
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

    private static Optional<String> record(Set<String> labels, Set<String> annotations) {
        return labels.isEmpty() && annotations.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        String.join(",", new TreeSet<>(labels)) + ";" + String.join(",", new TreeSet<>(annotations)));
    }

    private static Map<String, String> mutable(@Nullable Map<String, String> from) {
        return from == null ? new HashMap<>() : new HashMap<>(from);
    }
}
