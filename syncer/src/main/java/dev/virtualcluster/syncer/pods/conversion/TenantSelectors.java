// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Label selectors that the super scheduler evaluates, confined to one tenant. A selector that is absent stays absent: by
 * Kubernetes' rules it selects nothing (pods) or has no say (namespaces).
 */
final class TenantSelectors {
    static final String NAME_LABEL = "kubernetes.io/metadata.name";

    private TenantSelectors() {}

    /**
     * Confines a selector of pods.
     *
     * @param matchKeys label keys in which the selected pods must equal {@code source}
     * @param mismatchKeys label keys in which they must not
     */
    static @Nullable LabelSelector ofPods(
            @Nullable LabelSelector selector,
            List<String> matchKeys,
            List<String> mismatchKeys,
            Pod source,
            PodContext context) {
        if (selector == null) {
            return null;
        }
        LabelSelectorBuilder confined =
                new LabelSelectorBuilder(selector).addToMatchLabels(Keys.CLUSTER, context.tenantKey());
        merge(confined, selector, matchKeys, "In", source);
        merge(confined, selector, mismatchKeys, "NotIn", source);
        return confined.build();
    }

    /** The tenant's API server has usually merged the keys already; one that is too old for that has not. */
    private static void merge(
            LabelSelectorBuilder into, LabelSelector selector, List<String> keys, String operator, Pod source) {
        Map<String, String> labels = source.getMetadata().getLabels();
        for (String key : keys) {
            String value = labels == null ? null : labels.get(key);
            if (value == null) {
                continue;
            }
            LabelSelectorRequirement requirement = new LabelSelectorRequirementBuilder()
                    .withKey(key)
                    .withOperator(operator)
                    .withValues(value)
                    .build();
            if (!selector.getMatchExpressions().contains(requirement)) {
                into.addToMatchExpressions(requirement);
            }
        }
    }

    /**
     * Confines a selector of namespaces to the tenant's, the root namespace with the control plane excluded. Tenant labels
     * are on the super namespaces, so the super scheduler follows later changes; where the selector names a label that is
     * not copied, the namespaces it selects now are written down instead.
     */
    static @Nullable LabelSelector ofNamespaces(@Nullable LabelSelector selector, PodContext context) {
        if (selector == null) {
            return null;
        }
        if (!isEvaluableInSuper(selector, context)) {
            return resolved(selector, context);
        }
        LabelSelectorBuilder confined = new LabelSelectorBuilder()
                .addToMatchLabels(Keys.CLUSTER, context.tenantKey())
                .addNewMatchExpression()
                .withKey(NAME_LABEL)
                .withOperator("NotIn")
                .withValues(context.tenantKey())
                .endMatchExpression();
        matchLabels(selector).forEach((key, value) -> confined.addToMatchLabels(key, translated(key, value, context)));
        for (LabelSelectorRequirement requirement : selector.getMatchExpressions()) {
            confined.addToMatchExpressions(new LabelSelectorRequirementBuilder(requirement)
                    .withValues(requirement.getValues().stream()
                            .map(value -> translated(requirement.getKey(), value, context))
                            .toList())
                    .build());
        }
        return confined.build();
    }

    private static String translated(String key, String value, PodContext context) {
        return key.equals(NAME_LABEL) ? context.superNamespace(value) : value;
    }

    private static boolean isEvaluableInSuper(LabelSelector selector, PodContext context) {
        return matchLabels(selector).keySet().stream().allMatch(context::isOnSuperNamespace)
                && selector.getMatchExpressions().stream()
                        .map(LabelSelectorRequirement::getKey)
                        .allMatch(context::isOnSuperNamespace);
    }

    private static LabelSelector resolved(LabelSelector selector, PodContext context) {
        List<String> names = context.namespaces().stream()
                .filter(namespace -> matches(selector, namespace))
                .map(namespace -> context.superNamespace(namespace.getMetadata().getName()))
                .sorted()
                .toList();
        LabelSelectorBuilder confined = new LabelSelectorBuilder().addToMatchLabels(Keys.CLUSTER, context.tenantKey());
        return (names.isEmpty()
                        ? confined.addNewMatchExpression()
                                .withKey(Keys.CLUSTER)
                                .withOperator("DoesNotExist")
                                .endMatchExpression()
                        : confined.addNewMatchExpression()
                                .withKey(NAME_LABEL)
                                .withOperator("In")
                                .withValues(names)
                                .endMatchExpression())
                .build();
    }

    private static boolean matches(LabelSelector selector, Namespace namespace) {
        Map<String, String> labels = new HashMap<>();
        if (namespace.getMetadata().getLabels() != null) {
            labels.putAll(namespace.getMetadata().getLabels());
        }
        labels.put(NAME_LABEL, namespace.getMetadata().getName());
        return labels.entrySet().containsAll(matchLabels(selector).entrySet())
                && selector.getMatchExpressions().stream().allMatch(requirement -> matches(requirement, labels));
    }

    private static boolean matches(LabelSelectorRequirement requirement, Map<String, String> labels) {
        String value = labels.get(requirement.getKey());
        return switch (requirement.getOperator()) {
            case "In" -> value != null && requirement.getValues().contains(value);
            case "NotIn" -> value == null || !requirement.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            // An operator of the future selects nothing rather than too much.
            default -> false;
        };
    }

    private static Map<String, String> matchLabels(LabelSelector selector) {
        return selector.getMatchLabels() == null ? Map.of() : selector.getMatchLabels();
    }
}
