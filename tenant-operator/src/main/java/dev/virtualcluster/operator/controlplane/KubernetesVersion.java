// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version of Kubernetes, as far as upgrades care; builds of it (v1.36.3+k3s1) are the same.
 *
 * @param minor the number after "1."
 * @param patch the number after that; empty where none is said, which is any
 */
public record KubernetesVersion(int minor, Optional<Integer> patch) {
    private static final Pattern FORM = Pattern.compile("v?1\\.(\\d{1,3})(?:\\.(\\d{1,3}))?(?:[-+].*)?");

    /** Reads a version; empty when it is none. */
    public static Optional<KubernetesVersion> parse(@Nullable String text) {
        var match = FORM.matcher(text == null ? "" : text);
        return match.matches()
                ? Optional.of(new KubernetesVersion(
                        Integer.parseInt(match.group(1)),
                        Optional.ofNullable(match.group(2)).map(Integer::valueOf)))
                : Optional.empty();
    }

    /** Whether this is surely older. */
    public boolean isBefore(KubernetesVersion other) {
        return minor < other.minor
                || (minor == other.minor
                        && patch.isPresent()
                        && other.patch.isPresent()
                        && patch.get() < other.patch.get());
    }
}
