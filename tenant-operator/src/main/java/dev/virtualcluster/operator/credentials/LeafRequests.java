// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.credentials;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.pki.LeafRequest;
import dev.virtualcluster.operator.pki.LeafRequest.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What each of a tenant's leaf certificates says.
 *
 * @param etcdMember serves etcd to clients and members, and calls other members
 * @param etcdClient calls etcd; the API server has it
 * @param apiServer serves the API server; what its certificate must have
 * @param freshApiServer the same, with what a new certificate is given in advance: the addresses of some nodes, of which
 *     one will be named in kubeconfigs as soon as there is a node port
 * @param frontProxy calls aggregated API servers for a user
 * @param agentClient calls node agents
 * @param controllerManager the controller-manager as a user of the API server
 * @param syncer the syncer as a user of the API server
 * @param admin the tenant's admin
 */
record LeafRequests(
        LeafRequest etcdMember,
        LeafRequest etcdClient,
        LeafRequest apiServer,
        LeafRequest freshApiServer,
        LeafRequest frontProxy,
        LeafRequest agentClient,
        LeafRequest controllerManager,
        LeafRequest syncer,
        LeafRequest admin) {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String MASTERS = "system:masters";
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    static LeafRequests of(CredentialInputs inputs) {
        Duration validity = inputs.validity();
        return new LeafRequests(
                etcdMember(inputs),
                LeafRequest.client("kube-apiserver-etcd-client", List.of(), validity),
                apiServer(inputs, inputs.certifiedHosts()),
                apiServer(inputs, union(inputs.certifiedHosts(), inputs.nodeAddresses())),
                LeafRequest.client("front-proxy-client", List.of(), validity),
                LeafRequest.client(inputs.key().value(), List.of(Keys.AGENT_CLIENT_ORGANIZATION), validity)
                        .withUri(Keys.AGENT_CLIENT_URI_PREFIX + inputs.uid()),
                LeafRequest.client("system:kube-controller-manager", List.of(), validity),
                LeafRequest.client("tenancy:syncer", List.of(MASTERS), validity),
                LeafRequest.client("admin", List.of(MASTERS), validity));
    }

    private static LeafRequest etcdMember(CredentialInputs inputs) {
        var names = new TreeSet<>(serviceNames(Keys.ETCD, inputs));
        for (int i = 0; i < inputs.etcdReplicas(); i++) {
            names.addAll(serviceNames(Keys.ETCD + "-" + i + "." + Keys.ETCD, inputs));
        }
        names.add("localhost");
        return new LeafRequest(
                "kube-etcd",
                List.of(),
                names,
                Set.of(LOOPBACK),
                Set.of(),
                Set.of(Usage.SERVER, Usage.CLIENT),
                inputs.validity());
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        var union = new TreeSet<>(a);
        union.addAll(b);
        return union;
    }

    private static LeafRequest apiServer(CredentialInputs inputs, Set<String> hosts) {
        var names = new TreeSet<>(serviceNames(Keys.API_SERVER_SERVICE, inputs));
        names.addAll(List.of(
                "localhost",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc." + inputs.clusterDomain(),
                inputs.name()));
        var addresses = new TreeSet<>(Set.of(LOOPBACK, inputs.slice().address(1)));
        for (String host : hosts) {
            (ADDRESS.matcher(host).matches() ? addresses : names).add(host);
        }
        return new LeafRequest(
                "kube-apiserver", List.of(), names, addresses, Set.of(), Set.of(Usage.SERVER), inputs.validity());
    }

    /** A Service's name in all the lengths by which it is dialled inside the super cluster. */
    private static Set<String> serviceNames(String service, CredentialInputs inputs) {
        String qualified = service + "." + inputs.key().rootNamespace();
        return Set.of(service, qualified, qualified + ".svc", qualified + ".svc." + inputs.superDomain());
    }
}
