// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaimVolumeSourceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;

/**
 * A generic ephemeral volume is a claim named after pod and volume, which the tenant's controller-manager makes and which
 * is mirrored like any claim. The super pod names that claim, so that the super cluster makes no second one.
 */
final class EphemeralVolumesStep implements PodStep {
    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        for (Volume volume : draft.getSpec().getVolumes()) {
            if (volume.getEphemeral() != null) {
                volume.setEphemeral(null);
                volume.setPersistentVolumeClaim(new PersistentVolumeClaimVolumeSourceBuilder()
                        .withClaimName(source.getMetadata().getName() + "-" + volume.getName())
                        .build());
            }
        }
    }
}
