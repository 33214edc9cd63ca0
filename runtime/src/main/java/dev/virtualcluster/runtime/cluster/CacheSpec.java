// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link ObjectCache} watches and what it keeps.
 *
 * @param kind the model class of the kind
 * @param labelSelector in the API's syntax, or null for all
 * @param fieldSelector in the API's syntax ({@code =} and {@code !=} terms), or null for all
 * @param namespace the only namespace, or null for all and for cluster-scoped kinds
 * @param trim applied to every object before it is kept and before listeners see it; may change and return its
 *     argument; must keep metadata.name, namespace, uid and resourceVersion. managedFields are dropped before it
 */
public record CacheSpec<T extends HasMetadata>(
        Class<T> kind,
        @Nullable String labelSelector,
        @Nullable String fieldSelector,
        @Nullable String namespace,
        UnaryOperator<T> trim) {

    /** All objects of a kind, whole. */
    public static <T extends HasMetadata> CacheSpec<T> all(Class<T> kind) {
        return new CacheSpec<>(kind, null, null, null, UnaryOperator.identity());
    }

    /** Only objects with this label value; further terms are added. */
    public CacheSpec<T> withLabel(String key, String value) {
        return withLabels(key + "=" + value);
    }

    /** Only objects that this label selector matches; further terms are added. */
    public CacheSpec<T> withLabels(String selector) {
        return new CacheSpec<>(kind, joined(labelSelector, selector), fieldSelector, namespace, trim);
    }

    /** Only objects whose field has this value; further terms are added. */
    public CacheSpec<T> withField(String path, String value) {
        return withFields(path + "=" + value);
    }

    /** Only objects that this field selector matches; further terms are added. */
    public CacheSpec<T> withFields(String selector) {
        return new CacheSpec<>(kind, labelSelector, joined(fieldSelector, selector), namespace, trim);
    }

    /** Only objects of one namespace. */
    public CacheSpec<T> inNamespace(String name) {
        return new CacheSpec<>(kind, labelSelector, fieldSelector, name, trim);
    }

    /** Keeps what {@code operator} returns. */
    public CacheSpec<T> trimmed(UnaryOperator<T> operator) {
        return new CacheSpec<>(kind, labelSelector, fieldSelector, namespace, operator);
    }

    private static String joined(@Nullable String first, String second) {
        return first == null ? second : first + "," + second;
    }
}
