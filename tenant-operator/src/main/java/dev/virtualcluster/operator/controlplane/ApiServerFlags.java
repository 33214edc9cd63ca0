// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The tenant API server's command line: whom it trusts, what it serves, and how it reaches etcd and the node agents. */
final class ApiServerFlags {
    private static final String POD_IP = "POD_IP";

    private final Container container;
    private final Arguments arguments;
    private final SecretFiles files;

    ApiServerFlags(PodSpec pod, Container container) {
        this.container = container;
        this.arguments = new Arguments(container);
        this.files = new SecretFiles(pod, container);
    }

    void complete(ControlPlaneTemplates templates, TenantFacts facts) {
        // The authority's private key has no business in the API server's pod.
        files.redirect(Keys.ROOT_CA_SECRET, Keys.ROOT_CA_SECRET, Keys.TLS_CERT, Keys.TLS_CERT);
        if (templates.has(Part.ETCD)) {
            etcd(templates.replicas(Part.ETCD));
        }
        trust();
        serviceAccounts(facts);
        nodeAgents();
        arguments.set("--service-cluster-ip-range", facts.slice().toString());
        Completion.fieldVariable(container, POD_IP, "status.podIP");
        arguments.setDefault("--advertise-address", "$(" + POD_IP + ")");
        arguments.setDefault("--secure-port", String.valueOf(Keys.API_SERVER_PORT));
        arguments.setDefault("--authorization-mode", "Node,RBAC");
        arguments.setDefault("--allow-privileged", "true");
        if (container.getReadinessProbe() == null) {
            container.setReadinessProbe(readiness());
        }
    }

    private void etcd(int replicas) {
        files.require("--etcd-cafile", Keys.ETCD_CLIENT_SECRET, Keys.CA_CERT);
        files.require("--etcd-certfile", Keys.ETCD_CLIENT_SECRET, Keys.TLS_CERT);
        files.require("--etcd-keyfile", Keys.ETCD_CLIENT_SECRET, Keys.TLS_KEY);
        arguments.setDefault(
                "--etcd-servers",
                IntStream.range(0, replicas)
                        // The short name: the first entry of the search list hits, so nothing is asked in vain.
                        .mapToObj(i -> "https://etcd-" + i + ".etcd:2379")
                        .collect(Collectors.joining(",")));
    }

    private void trust() {
        files.require("--client-ca-file", Keys.ROOT_CA_SECRET, Keys.TLS_CERT);
        files.require("--tls-cert-file", Keys.API_SERVER_SERVING_SECRET, Keys.TLS_CERT);
        files.require("--tls-private-key-file", Keys.API_SERVER_SERVING_SECRET, Keys.TLS_KEY);
        files.require("--requestheader-client-ca-file", Keys.FRONT_PROXY_SECRET, Keys.CA_CERT);
        files.require("--proxy-client-cert-file", Keys.FRONT_PROXY_SECRET, Keys.TLS_CERT);
        files.require("--proxy-client-key-file", Keys.FRONT_PROXY_SECRET, Keys.TLS_KEY);
        arguments.setDefault("--requestheader-allowed-names", "front-proxy-client");
        arguments.setDefault("--requestheader-username-headers", "X-Remote-User");
        arguments.setDefault("--requestheader-group-headers", "X-Remote-Group");
        arguments.setDefault("--requestheader-extra-headers-prefix", "X-Remote-Extra-");
    }

    private void serviceAccounts(TenantFacts facts) {
        files.require("--service-account-signing-key-file", Keys.SERVICE_ACCOUNT_KEY_SECRET, Keys.TLS_KEY);
        files.require("--service-account-key-file", Keys.SERVICE_ACCOUNT_KEY_SECRET, Keys.TLS_CERT);
        String inCluster = "https://kubernetes.default.svc." + facts.clusterDomain();
        arguments.setDefault("--service-account-issuer", inCluster);
        // By default the discovery document sends verifiers of tokens to the pod's own address, which no certificate
        // names.
        arguments.setDefault("--service-account-jwks-uri", inCluster + "/openid/v1/jwks");
    }

    private void nodeAgents() {
        files.require("--kubelet-client-certificate", Keys.KUBELET_CLIENT_SECRET, Keys.TLS_CERT);
        files.require("--kubelet-client-key", Keys.KUBELET_CLIENT_SECRET, Keys.TLS_KEY);
        files.require("--kubelet-certificate-authority", Keys.KUBELET_CLIENT_SECRET, Keys.CA_CERT);
        arguments.setDefault("--kubelet-preferred-address-types", "InternalIP");
    }

    private io.fabric8.kubernetes.api.model.Probe readiness() {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath("/readyz")
                .withPort(new IntOrString(
                        arguments.get("--secure-port").map(Integer::valueOf).orElse(Keys.API_SERVER_PORT)))
                .withScheme("HTTPS")
                .endHttpGet()
                .withPeriodSeconds(1)
                .withTimeoutSeconds(5)
                .build();
    }
}
