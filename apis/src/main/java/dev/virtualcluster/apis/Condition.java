// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * One aspect of a {@link VirtualCluster}'s state, as {@code metav1.Condition}. Times are RFC 3339 strings in UTC with a
 * resolution of seconds, so that reading and writing back never changes a byte.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class Condition {
    public static final String TRUE = "True";
    public static final String FALSE = "False";
    public static final String UNKNOWN = "Unknown";

    @JsonPropertyDescription("What it is about, in CamelCase.")
    @Required
    private String type = "";

    @JsonPropertyDescription("True, False or Unknown.")
    @Required
    private String status = UNKNOWN;

    @JsonPropertyDescription("Why, as one word in CamelCase.")
    private @Nullable String reason;

    @JsonPropertyDescription("Why and what to do, in words.")
    private @Nullable String message;

    @JsonPropertyDescription("When the status last changed.")
    private @Nullable String lastTransitionTime;

    @JsonPropertyDescription("Generation of the specification that this condition describes.")
    private @Nullable Long observedGeneration;

    public String getType() {
        return type;
    }

    public void setType(String type) {
        this.type = type;
    }

    public String getStatus() {
        return status;
    }

    public void setStatus(String status) {
        this.status = status;
    }

    public @Nullable String getReason() {
        return reason;
    }

    public void setReason(@Nullable String reason) {
        this.reason = reason;
    }

    public @Nullable String getMessage() {
        return message;
    }

    public void setMessage(@Nullable String message) {
        this.message = message;
    }

    public @Nullable String getLastTransitionTime() {
        return lastTransitionTime;
    }

    public void setLastTransitionTime(@Nullable String lastTransitionTime) {
        this.lastTransitionTime = lastTransitionTime;
    }

    public @Nullable Long getObservedGeneration() {
        return observedGeneration;
    }

    public void setObservedGeneration(@Nullable Long observedGeneration) {
        this.observedGeneration = observedGeneration;
    }
}
