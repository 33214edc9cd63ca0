// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a {@link VirtualCluster} stands. Written by the operator; the syncer writes its own condition only. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class VirtualClusterStatus {
    @JsonPropertyDescription("Empty, Pending, Running, Updating, Error or Deleting.")
    private @Nullable String phase;

    @JsonPropertyDescription("Root namespace in the super cluster; the key of the tenant everywhere.")
    private @Nullable String clusterNamespace;

    @JsonPropertyDescription("What is going on, in words.")
    private @Nullable String message;

    @JsonPropertyDescription("The message in one CamelCase word.")
    private @Nullable String reason;

    @JsonPropertyDescription("One condition per part.")
    private List<Condition> conditions = List.of();

    @JsonPropertyDescription("Generation of the specification that this status describes.")
    private @Nullable Long observedGeneration;

    @JsonPropertyDescription("Slice of service addresses that the tenant holds.")
    private @Nullable String serviceCidr;

    @JsonPropertyDescription("Version that the tenant's API server reports.")
    private @Nullable String kubernetesVersion;

    @JsonPropertyDescription("URL of the tenant's API server inside the super cluster.")
    private @Nullable String apiServerEndpoint;

    @JsonPropertyDescription("When it was ready for the first time.")
    private @Nullable String readyTime;

    public @Nullable String getPhase() {
        return phase;
    }

    public void setPhase(@Nullable String phase) {
        this.phase = phase;
    }

    public @Nullable String getClusterNamespace() {
        return clusterNamespace;
    }

    public void setClusterNamespace(@Nullable String clusterNamespace) {
        this.clusterNamespace = clusterNamespace;
    }

    public @Nullable String getMessage() {
        return message;
    }

    public void setMessage(@Nullable String message) {
        this.message = message;
    }

    public @Nullable String getReason() {
        return reason;
    }

    public void setReason(@Nullable String reason) {
        this.reason = reason;
    }

    public List<Condition> getConditions() {
        return conditions;
    }

    public void setConditions(@Nullable List<Condition> conditions) {
        this.conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    public @Nullable Long getObservedGeneration() {
        return observedGeneration;
    }

    public void setObservedGeneration(@Nullable Long observedGeneration) {
        this.observedGeneration = observedGeneration;
    }

    public @Nullable String getServiceCidr() {
        return serviceCidr;
    }

    public void setServiceCidr(@Nullable String serviceCidr) {
        this.serviceCidr = serviceCidr;
    }

    public @Nullable String getKubernetesVersion() {
        return kubernetesVersion;
    }

    public void setKubernetesVersion(@Nullable String kubernetesVersion) {
        this.kubernetesVersion = kubernetesVersion;
    }

    public @Nullable String getApiServerEndpoint() {
        return apiServerEndpoint;
    }

    public void setApiServerEndpoint(@Nullable String apiServerEndpoint) {
        this.apiServerEndpoint = apiServerEndpoint;
    }

    public @Nullable String getReadyTime() {
        return readyTime;
    }

    public void setReadyTime(@Nullable String readyTime) {
        this.readyTime = readyTime;
    }

    /** The condition of this type, or null when nobody has written it yet. */
    public @Nullable Condition condition(String type) {
        return conditions.stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst()
                .orElse(null);
    }
}
