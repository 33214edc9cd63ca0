// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.credentials;

import dev.virtualcluster.apis.names.TenantKey;
import dev.virtualcluster.operator.pki.CertificateAuthority;
import dev.virtualcluster.runtime.addresses.Cidr;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What a tenant's credentials depend on.
 *
 * @param key the tenant
 * @param name the VirtualCluster's name
 * @param uid the VirtualCluster's UID
 * @param clusterDomain DNS domain inside the tenant
 * @param superDomain DNS domain of the super cluster
 * @param slice its service addresses
 * @param etcdReplicas number of etcd members
 * @param external how the API server is reached from outside the super cluster, where it can be
 * @param nodeAddresses addresses by which the node port may be dialled, today
 * @param validity life of leaves
 * @param agents the authorities between tenant API servers and node agents
 */
public record CredentialInputs(
        TenantKey key,
        String name,
        String uid,
        String clusterDomain,
        String superDomain,
        Cidr slice,
        int etcdReplicas,
        Optional<ExternalEndpoint> external,
        Set<String> nodeAddresses,
        Duration validity,
        AgentAuthorities agents) {

    /**
     * An address outside.
     *
     * @param host name or address
     * @param port port
     * @param lasting whether the host stays; a node's address does not, because nodes come and go, so the kubeconfig
     *     names what to find in the certificate until the certificate follows
     */
    public record ExternalEndpoint(String host, int port, boolean lasting) {}

    /**
     * The operator's own authorities.
     *
     * @param client signs the certificates with which tenant API servers call agents
     * @param servingPem certificate of the authority of the agents' serving certificates
     */
    public record AgentAuthorities(CertificateAuthority client, String servingPem) {}

    /** URL of the API server inside the super cluster. */
    public String internalServer() {
        return "https://" + bracketed(slice.address(1)) + ":443";
    }

    /** The names and addresses that are certified because the API server is dialled by them from outside. */
    Set<String> certifiedHosts() {
        return external.map(ExternalEndpoint::host).map(Set::of).orElse(Set.of());
    }

    static String bracketed(String host) {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
}
