// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * How a test's API server is started.
 *
 * @param serviceAccountAdmission whether pods get their ServiceAccount's token by admission; such pods are refused
 *     until the account exists, so it wants the controller-manager too
 * @param controllerManager whether kube-controller-manager runs beside it (namespaces end, tokens, garbage, slices)
 * @param serviceCidr the range of ClusterIPs
 * @param flags further flags of kube-apiserver; a later one wins
 */
public record ApiServerOptions(
        boolean serviceAccountAdmission, boolean controllerManager, String serviceCidr, List<String> flags) {

    /** Copies the flags. */
    public ApiServerOptions {
        flags = List.copyOf(flags);
    }

    /** RBAC, no ServiceAccount admission, no controller-manager. */
    public static ApiServerOptions defaults() {
        return new ApiServerOptions(false, false, "10.96.0.0/16", List.of());
    }

    /** With ServiceAccount admission. */
    public ApiServerOptions withServiceAccountAdmission() {
        return new ApiServerOptions(true, controllerManager, serviceCidr, flags);
    }

    /** With kube-controller-manager. */
    public ApiServerOptions withControllerManager() {
        return new ApiServerOptions(serviceAccountAdmission, true, serviceCidr, flags);
    }

    /** With another range of ClusterIPs. */
    public ApiServerOptions withServiceCidr(String cidr) {
        return new ApiServerOptions(serviceAccountAdmission, controllerManager, cidr, flags);
    }

    /** With one more flag of kube-apiserver, such as {@code --feature-gates=X=true}. */
    public ApiServerOptions withFlag(String flag) {
        List<String> more = new ArrayList<>(flags);
        more.add(flag);
        return new ApiServerOptions(serviceAccountAdmission, controllerManager, serviceCidr, more);
    }
}
