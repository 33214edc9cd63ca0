// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.Optional;

/** etcd's command line: its own authority for clients and peers, and the members of its cluster. */
final class EtcdFlags {
    private static final String PEER_URLS = "--initial-advertise-peer-urls";
    private static final String POD_NAME = "POD_NAME";
    private static final String MEMBERS = "--initial-cluster";

    private final PodSpec pod;
    private final Container container;
    private final Arguments arguments;

    EtcdFlags(PodSpec pod, Container container) {
        this.pod = pod;
        this.container = container;
        this.arguments = new Arguments(container);
    }

    void complete(int replicas, TenantFacts facts) {
        var files = new SecretFiles(pod, container);
        // Templates with one authority for everything mount the tenant's; etcd must trust its own alone.
        files.redirect(Keys.ROOT_CA_SECRET, Keys.ETCD_SERVING_SECRET, Keys.CA_CERT, Keys.TLS_CERT);
        for (String prefix : new String[] {"--", "--peer-"}) {
            files.require(prefix + "cert-file", Keys.ETCD_SERVING_SECRET, Keys.TLS_CERT);
            files.require(prefix + "key-file", Keys.ETCD_SERVING_SECRET, Keys.TLS_KEY);
            files.require(prefix + "trusted-ca-file", Keys.ETCD_SERVING_SECRET, Keys.CA_CERT);
            arguments.set(prefix + "client-cert-auth", "true");
        }
        Completion.fieldVariable(container, POD_NAME, "metadata.name");
        arguments.setDefault("--name", "$(" + POD_NAME + ")");
        arguments.setDefault("--data-dir", "/var/lib/etcd/data");
        arguments.setDefault("--listen-client-urls", "https://0.0.0.0:2379");
        arguments.setDefault("--listen-peer-urls", "https://0.0.0.0:2380");
        arguments.setDefault("--advertise-client-urls", "https://$(" + POD_NAME + ").etcd:2379");
        arguments.setDefault(PEER_URLS, "https://$(" + POD_NAME + ").etcd:2380");
        var members = new ArrayList<String>();
        for (int i = 0; i < replicas; i++) {
            members.add(expand("--name", i, facts) + "=" + expand(PEER_URLS, i, facts));
        }
        arguments.set(MEMBERS, String.join(",", members));
    }

    /** How many members a completed command line names; empty when it names none. */
    static Optional<Integer> members(Container completed) {
        return new Arguments(completed).get(MEMBERS).map(members -> members.split(",", -1).length);
    }

    /** A flag's value as the member of this ordinal will see it. */
    private String expand(String flag, int ordinal, TenantFacts facts) {
        String value = arguments.get(flag).orElseThrow();
        for (EnvVar variable : container.getEnv()) {
            value = value.replace("$(" + variable.getName() + ")", valueOf(variable, ordinal, facts));
        }
        return value;
    }

    private static String valueOf(EnvVar variable, int ordinal, TenantFacts facts) {
        var source = variable.getValueFrom();
        if (source == null || source.getFieldRef() == null) {
            return variable.getValue() == null ? "" : variable.getValue();
        }
        return switch (source.getFieldRef().getFieldPath()) {
            case "metadata.name" -> Keys.ETCD + "-" + ordinal;
            case "metadata.namespace" -> facts.namespace();
            default -> "$(" + variable.getName() + ")";
        };
    }
}
