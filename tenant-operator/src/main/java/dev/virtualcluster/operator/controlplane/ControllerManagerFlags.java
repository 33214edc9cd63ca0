// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;

/** The tenant controller-manager's command line: its identity, the keys it signs with, and no care for nodes. */
final class ControllerManagerFlags {
    /** Nodes are mirrored from the super cluster, whose controllers look after them. */
    private static final String WITHOUT_NODES = "*,-nodelifecycle,-nodeipam,-cloud-node-lifecycle,-service,-route,-ttl,"
            + "-attachdetach,-persistentvolume-expander,-podgc,-taint-eviction-controller";

    private final Arguments arguments;
    private final SecretFiles files;

    ControllerManagerFlags(PodSpec pod, Container container) {
        this.arguments = new Arguments(container);
        this.files = new SecretFiles(pod, container);
    }

    void complete(TenantFacts facts) {
        files.require("--kubeconfig", Keys.CONTROLLER_MANAGER_KUBECONFIG, Keys.CONTROLLER_MANAGER_KUBECONFIG);
        for (String flag : new String[] {"--authentication-kubeconfig", "--authorization-kubeconfig"}) {
            if (arguments.get(flag).isPresent()) {
                files.require(flag, Keys.CONTROLLER_MANAGER_KUBECONFIG, Keys.CONTROLLER_MANAGER_KUBECONFIG);
            }
        }
        // Its own port asks the API server who may read metrics; an API server that is still starting does not
        // answer yet, and without this the controller-manager ends at once instead of waiting.
        arguments.setDefault("--authentication-tolerate-lookup-failure", "true");
        files.require("--service-account-private-key-file", Keys.SERVICE_ACCOUNT_KEY_SECRET, Keys.TLS_KEY);
        files.require("--root-ca-file", Keys.ROOT_CA_SECRET, Keys.TLS_CERT);
        files.require("--cluster-signing-cert-file", Keys.ROOT_CA_SECRET, Keys.TLS_CERT);
        files.require("--cluster-signing-key-file", Keys.ROOT_CA_SECRET, Keys.TLS_KEY);
        if (arguments.get("--service-cluster-ip-range").isPresent()) {
            arguments.set("--service-cluster-ip-range", facts.slice().toString());
        }
        arguments.setDefault("--use-service-account-credentials", "true");
        arguments.setDefault("--controllers", WITHOUT_NODES);
    }
}
