// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import org.jspecify.annotations.Nullable;

/** One part of a control plane: a StatefulSet and the Service in front of it. Templates; copy before completing them. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class ControlPlanePart {
    @JsonPropertyDescription("Its name says which part this is.")
    @SchemaFrom(type = ControlPlanePartSchema.Metadata.class)
    private @Nullable ObjectMeta metadata;

    @JsonPropertyDescription("A whole apps/v1 StatefulSet.")
    @SchemaFrom(type = ControlPlanePartSchema.Template.class)
    private @Nullable StatefulSet statefulset;

    @JsonPropertyDescription("A whole v1 Service.")
    @SchemaFrom(type = ControlPlanePartSchema.AnyObject.class)
    private @Nullable Service service;

    public @Nullable ObjectMeta getMetadata() {
        return metadata;
    }

    public void setMetadata(@Nullable ObjectMeta metadata) {
        this.metadata = metadata;
    }

    public @Nullable StatefulSet getStatefulset() {
        return statefulset;
    }

    public void setStatefulset(@Nullable StatefulSet statefulset) {
        this.statefulset = statefulset;
    }

    public @Nullable Service getService() {
        return service;
    }

    public void setService(@Nullable Service service) {
        this.service = service;
    }
}
