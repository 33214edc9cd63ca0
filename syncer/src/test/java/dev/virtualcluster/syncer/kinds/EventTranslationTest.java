// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.testing.PaperTenant;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import org.junit.jupiter.api.Test;

class EventTranslationTest {
    private final PaperTenant tenant = new PaperTenant()
            .with(new NamespaceBuilder()
                    .withNewMetadata()
                    .withName("shop")
                    .endMetadata()
                    .build());

    @Test
    void nothingOfTheSuperSideIsLeft() {
        // Given
        String superNamespace = tenant.superNamespace("shop");
        Event event = new EventBuilder()
                .withNewMetadata()
                .withNamespace(superNamespace)
                .withName("web.17")
                .withUid("event-uid")
                .withResourceVersion("99")
                .endMetadata()
                .withNewInvolvedObject()
                .withKind("Pod")
                .withNamespace(superNamespace)
                .withName("web")
                .withUid("super-uid")
                .withResourceVersion("12")
                .withFieldPath("spec.containers{web}")
                .endInvolvedObject()
                .withMessage("Unable to attach for pod " + superNamespace + "/web (super-uid)")
                .withReason("FailedMount")
                .withType("Warning")
                .withNewSource("kubelet", "node1")
                .withReportingComponent("kubelet")
                .withReportingInstance("node1")
                .withCount(3)
                .build();

        // When
        Event translated = EventTranslation.translated(
                tenant, new ObjectKey("shop", "web.17"), event, new ObjectKey("shop", "web"), "tenant-uid");

        // Then
        assertThat(translated.toString())
                .doesNotContain(tenant.key())
                .doesNotContain("super-uid")
                .doesNotContain("event-uid");
        assertThat(translated.getMessage()).isEqualTo("Unable to attach for pod shop/web (tenant-uid)");
        assertThat(translated.getInvolvedObject().getUid()).isEqualTo("tenant-uid");
        assertThat(translated.getInvolvedObject().getResourceVersion()).isNull();
        assertThat(translated.getInvolvedObject().getFieldPath()).isEqualTo("spec.containers{web}");
        assertThat(translated.getSource().getHost()).isEqualTo("node1");
        assertThat(translated.getCount()).isEqualTo(3);
    }
}
