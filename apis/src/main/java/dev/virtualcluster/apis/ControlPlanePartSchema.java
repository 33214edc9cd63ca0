// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/**
 * What the CRD says of the templates in a {@link ControlPlanePart}: the few fields with rules, and nothing of the rest.
 * The whole schemas of StatefulSet and Service would be ten times as long, refuse fields of later Kubernetes versions,
 * and be checked again by the API server when the template is applied. Read by the CRD generator only.
 */
final class ControlPlanePartSchema {
    private ControlPlanePartSchema() {}

    /** An object of any fields. */
    @PreserveUnknownFields
    static final class AnyObject {}

    /** The name alone. */
    @PreserveUnknownFields
    static final class Metadata {
        @JsonProperty
        @Nullable
        String name;
    }

    /** A StatefulSet. */
    @PreserveUnknownFields
    static final class Template {
        @JsonProperty
        @Nullable
        TemplateSpec spec;
    }

    /** A StatefulSet's specification. */
    @PreserveUnknownFields
    static final class TemplateSpec {
        @JsonProperty
        @Min(1)
        @Nullable
        Integer replicas;
    }
}
