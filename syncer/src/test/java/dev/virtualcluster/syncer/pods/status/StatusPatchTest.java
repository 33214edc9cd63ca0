// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class StatusPatchTest {
    @Test
    void isEmptyForEqualStatuses() {
        Map<String, Object> status = Map.of("phase", "Running", "conditions", List.of(condition("Ready", "True")));

        assertThat(StatusPatch.between(status, status)).isEmpty();
    }

    @Test
    void namesOnlyWhatDiffers() {
        var patch = StatusPatch.between(
                Map.of("phase", "Pending", "qosClass", "Burstable"),
                Map.of("phase", "Running", "qosClass", "Burstable"));

        assertThat(patch).isEqualTo(Map.of("phase", "Running"));
    }

    @Test
    void clearsFieldsThatAreGone() {
        var patch = StatusPatch.between(Map.of("phase", "Failed", "reason", "Evicted"), Map.of("phase", "Failed"));

        assertThat(patch).containsKey("reason").containsEntry("reason", null).hasSize(1);
    }

    @Test
    void touchesNoConditionThatIsTheSame() {
        var patch = StatusPatch.between(
                Map.of("conditions", List.of(condition("Ready", "False"), condition("PodScheduled", "True"))),
                Map.of("conditions", List.of(condition("Ready", "True"), condition("PodScheduled", "True"))));

        assertThat(patch).isEqualTo(Map.of("conditions", List.of(condition("Ready", "True"))));
    }

    @Test
    void isEmptyWhenConditionsHaveOnlyChangedPlaces() {
        var patch = StatusPatch.between(
                Map.of("conditions", List.of(condition("Ready", "True"), condition("PodScheduled", "True"))),
                Map.of("conditions", List.of(condition("PodScheduled", "True"), condition("Ready", "True"))));

        assertThat(patch).isEmpty();
    }

    @Test
    void deletesConditionsThatAreGoneByName() {
        var patch = StatusPatch.between(
                Map.of("conditions", List.of(condition("PodResizePending", "True"))), Map.of("phase", "Running"));

        assertThat(patch.get("conditions")).isEqualTo(List.of(Map.of("type", "PodResizePending", "$patch", "delete")));
    }

    @Test
    void clearsFieldsOfAConditionThatAreGone() {
        var patch = StatusPatch.between(
                Map.of("conditions", List.of(Map.of("type", "Ready", "status", "False", "reason", "Gates"))),
                Map.of("conditions", List.of(condition("Ready", "True"))));

        assertThat(patch.get("conditions"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .singleElement()
                .extracting("type", "status", "reason")
                .containsExactly("Ready", "True", null);
    }

    @Test
    void replacesListsThatTheServerWouldMerge() {
        var patch = StatusPatch.between(
                Map.of("podIPs", List.of(Map.of("ip", "10.0.0.1"))),
                Map.of("podIPs", List.of(Map.of("ip", "10.0.0.2"))));

        assertThat(patch.get("podIPs")).isEqualTo(List.of(Map.of("$patch", "replace"), Map.of("ip", "10.0.0.2")));
    }

    private static Map<String, Object> condition(String type, String status) {
        return Map.of("type", type, "status", status);
    }
}
