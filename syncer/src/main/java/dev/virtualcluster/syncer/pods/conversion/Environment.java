// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Environment variables of one pod's containers.
 *
 * <ul>
 *   <li>The variables that name the API server are set in full, because the kubelet would fill in the super cluster's.
 *       They come first, so that {@code $(KUBERNETES_SERVICE_HOST)} in the tenant's own variables finds them; a variable
 *       the tenant declares himself wins.
 *   <li>References to the pod's namespace, UID, and labels or annotations that are not on the super pod become the
 *       tenant's values. Other references pass: the kubelet finds the right value on the super pod.
 * </ul>
 *
 * <p>Known difference: a variable of these names that only {@code envFrom} brings does not win.
 */
final class Environment {
    private final Pod source;
    private final PodContext context;
    private final Map<String, String> apiServer;

    Environment(Pod source, PodContext context) {
        this.source = source;
        this.context = context;
        this.apiServer = apiServerVariables(context.apiServer());
    }

    /** The environment for the super pod; the given list is not changed. */
    List<EnvVar> convert(List<EnvVar> declared) {
        List<EnvVar> converted = new ArrayList<>(declared.size() + apiServer.size());
        Set<String> names = new HashSet<>();
        declared.forEach(variable -> names.add(variable.getName()));
        apiServer.forEach((name, value) -> {
            if (!names.contains(name)) {
                converted.add(
                        new EnvVarBuilder().withName(name).withValue(value).build());
            }
        });
        declared.forEach(variable -> converted.add(convert(variable)));
        return converted;
    }

    private EnvVar convert(EnvVar declared) {
        EnvVarSource from = declared.getValueFrom();
        if (from == null || from.getFieldRef() == null) {
            return declared;
        }
        String value = TenantFields.valueIfDifferent(from.getFieldRef().getFieldPath(), source, context);
        if (value == null) {
            return declared;
        }
        // A value is expanded where a reference is not: "$$" is how to write "$".
        return new EnvVarBuilder()
                .withName(declared.getName())
                .withValue(value.replace("$", "$$"))
                .build();
    }

    private static Map<String, String> apiServerVariables(ApiServerAddress address) {
        String port = Integer.toString(address.port());
        String url = "tcp://" + address.authority();
        String perPort = "KUBERNETES_PORT_" + port + "_TCP";
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("KUBERNETES_SERVICE_HOST", address.host());
        variables.put("KUBERNETES_SERVICE_PORT", port);
        variables.put("KUBERNETES_SERVICE_PORT_HTTPS", port);
        variables.put("KUBERNETES_PORT", url);
        variables.put(perPort, url);
        variables.put(perPort + "_PROTO", "tcp");
        variables.put(perPort + "_PORT", port);
        variables.put(perPort + "_ADDR", address.host());
        return variables;
    }
}
