// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import dev.virtualcluster.apis.names.NameTranslator;
import dev.virtualcluster.syncer.tokens.TokenSource;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.KeyToPathBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretProjectionBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The super cluster's kubelet must not mint tokens: those would be the super cluster's. Each projected token becomes a file
 * of the pod's token Secret, at the same path; see {@code tokens}.
 */
final class TokenVolumesStep implements PodStep {
    private static final Integer OWNER_ONLY = 0600;

    @Override
    public void apply(Pod draft, Pod source, PodContext context) {
        draft.getSpec().setAutomountServiceAccountToken(false);
        String secret = NameTranslator.tokenSecretName(source.getMetadata().getUid());
        Integer mode = mode(source);
        for (Volume volume : draft.getSpec().getVolumes()) {
            if (volume.getProjected() == null) {
                continue;
            }
            List<VolumeProjection> sources = volume.getProjected().getSources();
            for (int i = 0; i < sources.size(); i++) {
                convert(sources.get(i), secret, TokenSource.key(volume.getName(), i), mode);
            }
        }
    }

    private static void convert(VolumeProjection projection, String secret, String key, @Nullable Integer mode) {
        if (projection.getServiceAccountToken() == null) {
            return;
        }
        KeyToPath item = new KeyToPathBuilder()
                .withKey(key)
                .withPath(projection.getServiceAccountToken().getPath())
                .withMode(mode)
                .withUser(projection.getServiceAccountToken().getUser())
                .build();
        projection.setServiceAccountToken(null);
        projection.setSecret(
                new SecretProjectionBuilder().withName(secret).withItems(item).build());
    }

    /**
     * The kubelet narrows a token's file to its owner where the pod has a group of its own (which is then let in).
     * Elsewhere null, the volume's own mode: a file of a Secret belongs to root, whom the container may not be.
     */
    private static @Nullable Integer mode(Pod source) {
        var security = source.getSpec().getSecurityContext();
        return security != null && security.getFsGroup() != null ? OWNER_ONLY : null;
    }
}
