// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.ownership;

import java.util.List;
import java.util.Map;

/**
 * Puts a text of the super cluster into the tenant's words: namespace and UID of a pod become those the tenant knows, and no other name
 * of the super cluster remains. Immutable.
 */
public final class TenantWords {
    private final List<Map.Entry<String, String>> replacements;

    private TenantWords(List<Map.Entry<String, String>> replacements) {
        this.replacements = replacements;
    }

    /** The words for texts about {@code target}. Longer names go first, since they contain the shorter ones. */
    public static TenantWords about(Target target) {
        return new TenantWords(List.of(
                Map.entry(target.namespace(), target.tenantNamespace()),
                Map.entry(target.uid(), target.tenantUid()),
                Map.entry(target.tenant().value() + "-", ""),
                Map.entry(target.tenant().value(), "virtual-cluster")));
    }

    /** {@code text} in the tenant's words. */
    public String translate(String text) {
        String translated = text;
        for (Map.Entry<String, String> replacement : replacements) {
            translated = translated.replace(replacement.getKey(), replacement.getValue());
        }
        return translated;
    }
}
