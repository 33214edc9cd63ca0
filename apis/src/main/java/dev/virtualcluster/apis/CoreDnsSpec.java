// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stock CoreDNS that the operator installs into a tenant's kube-system. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class CoreDnsSpec {
    @JsonPropertyDescription("Image. Left out, the operator's default is taken.")
    private @Nullable String image;

    @JsonPropertyDescription("Number of pods; 0 installs no DNS.")
    @Min(0)
    private @Nullable Integer replicas;

    @JsonPropertyDescription("Where names outside the cluster are asked for: addresses or /etc/resolv.conf.")
    private List<String> forward = List.of();

    public @Nullable String getImage() {
        return image;
    }

    public void setImage(@Nullable String image) {
        this.image = image;
    }

    public @Nullable Integer getReplicas() {
        return replicas;
    }

    public void setReplicas(@Nullable Integer replicas) {
        this.replicas = replicas;
    }

    /** In the order in which they are asked; empty means the operator's default. */
    public List<String> getForward() {
        return forward;
    }

    public void setForward(@Nullable List<String> forward) {
        this.forward = forward == null ? List.of() : List.copyOf(forward);
    }
}
