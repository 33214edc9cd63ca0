// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tokens;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One token that a pod's projected volumes ask for.
 *
 * @param key where it lies in the pod's token Secret
 * @param audience whom the token is for; "" for the API server itself
 * @param life life asked for; the API server may grant another
 */
public record TokenSource(String key, String audience, Duration life) {
    private static final Duration DEFAULT_LIFE = Duration.ofHours(1);

    /** All tokens a pod asks for, in the order of its volumes; empty for pods without service-account tokens. */
    public static List<TokenSource> of(Pod pod) {
        List<TokenSource> found = new ArrayList<>();
        for (Volume volume : pod.getSpec().getVolumes()) {
            ProjectedVolumeSource projected = volume.getProjected();
            if (projected == null) {
                continue;
            }
            List<VolumeProjection> sources = projected.getSources();
            for (int i = 0; i < sources.size(); i++) {
                ServiceAccountTokenProjection token = sources.get(i).getServiceAccountToken();
                if (token != null) {
                    found.add(of(key(volume.getName(), i), token));
                }
            }
        }
        return found;
    }

    /** Key of the token that the {@code index}-th source of a projected volume asks for. */
    public static String key(String volumeName, int index) {
        return volumeName + "." + index;
    }

    private static TokenSource of(String key, ServiceAccountTokenProjection token) {
        return new TokenSource(
                key,
                token.getAudience() == null ? "" : token.getAudience(),
                token.getExpirationSeconds() == null ? DEFAULT_LIFE : Duration.ofSeconds(token.getExpirationSeconds()));
    }
}
