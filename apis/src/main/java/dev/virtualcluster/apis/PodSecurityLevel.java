// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** The Pod Security Standards, from the most to the least permissive. */
public enum PodSecurityLevel {
    @JsonProperty("privileged")
    PRIVILEGED,
    @JsonProperty("baseline")
    BASELINE,
    @JsonProperty("restricted")
    RESTRICTED;

    /** The value as the label {@code pod-security.kubernetes.io/enforce} takes it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
