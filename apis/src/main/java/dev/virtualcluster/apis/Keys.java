// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

/**
 * Every name that more than one part agrees on: labels, annotations, finalizers, signers, Secrets, data keys and ports.
 * Changing a value here breaks installed clusters; see {@code KeysTest} for the values as they were shipped.
 */
public final class Keys {
    /** API group of our custom resources and prefix of our keys. */
    public static final String GROUP = "tenancy.x-k8s.io";

    /** Prefix of every label and annotation that is ours; tenants' keys with it are never copied. */
    public static final String PREFIX = GROUP + "/";

    public static final String VERSION = "v1alpha1";

    /** Value of the labels that only say yes. */
    public static final String TRUE = "true";

    // ---- Labels and annotations of objects in the super cluster

    /** Label {@code "true"} on everything we write in the super cluster; the selector of every watch there. */
    public static final String CONTROLLED = PREFIX + "controlled";

    /** Selector of everything that is ours in the super cluster. */
    public static final String CONTROLLED_SELECTOR = CONTROLLED + "=" + TRUE;

    /** Label and annotation: the tenant key. */
    public static final String CLUSTER = PREFIX + "cluster";

    /** Label and annotation: name of the VirtualCluster. */
    public static final String VC_NAME = PREFIX + "vcname";

    /** Label and annotation: namespace of the VirtualCluster. */
    public static final String VC_NAMESPACE = PREFIX + "vcnamespace";

    /** Annotation on namespaces, the root namespace included, and on reservations of service addresses: UID of the VirtualCluster. */
    public static final String VC_UID = PREFIX + "vcuid";

    /** Annotation {@code "true"} on the root namespace alone. */
    public static final String VC_ROOT_NAMESPACE = PREFIX + "vcrootns";

    /** Annotation: namespace of the tenant's object. */
    public static final String TENANT_NAMESPACE = PREFIX + "namespace";

    /** Annotation: name of the tenant's object. */
    public static final String TENANT_NAME = PREFIX + "name";

    /** Annotation: UID of the tenant's object; the proof of ownership that every write and delete checks. */
    public static final String TENANT_UID = PREFIX + "uid";

    /**
     * Annotation on pods: the tenant's own containers of every kind, comma-separated. The node agent hides every other
     * container, and all of them where the annotation is absent.
     */
    public static final String CONTAINERS = PREFIX + "containers";

    /** Annotation on reservations of service addresses: the slice that the address is of, as {@code address/prefix}. */
    public static final String SLICE = PREFIX + "slice";

    // ---- Labels of objects in the tenant

    /** Label {@code "true"} on the Nodes that the syncer makes in a tenant. */
    public static final String VIRTUAL_NODE = PREFIX + "virtualnode";

    // ---- The VirtualCluster itself

    /** Finalizer that the operator keeps until everything of the tenant is gone. */
    public static final String TEARDOWN_FINALIZER = PREFIX + "teardown";

    // ---- Node agent

    /** Signer of the agents' serving certificates. */
    public static final String AGENT_SERVING_SIGNER = PREFIX + "vn-agent-serving";

    /** Secret of the operator's namespace: CA of the certificates with which tenant API servers call agents. */
    public static final String AGENT_CLIENT_CA_SECRET = "vn-agent-client-ca";

    /** ConfigMap beside it with the public part, key {@link #CA_CERT}; what agents mount. */
    public static final String AGENT_CLIENT_CA_CONFIG_MAP = "vn-agent-client-ca";

    /** Secret of the operator's namespace: CA of the agents' serving certificates. */
    public static final String AGENT_SERVING_CA_SECRET = "vn-agent-serving-ca";

    /** Organisation in the subject of a tenant API server's client certificate; its common name is the tenant key. */
    public static final String AGENT_CLIENT_ORGANIZATION = GROUP + ":virtualcluster";

    /** Prefix of the URI SAN in that certificate; the VirtualCluster's UID follows. */
    public static final String AGENT_CLIENT_URI_PREFIX = "urn:virtualcluster:";

    /** Prefix of the common name in an agent's serving certificate; the node's name follows. */
    public static final String AGENT_SERVING_COMMON_NAME_PREFIX = "system:vn-agent:";

    /** Organisation in the subject of an agent's serving certificate. */
    public static final String AGENT_SERVING_ORGANIZATION = "system:vn-agents";

    /** Port of the agent on every node, TLS; what virtual nodes name as their kubelet's. */
    public static final int AGENT_PORT = 10550;

    /** Port of the agent's health and metrics, on the node's loopback only. */
    public static final int AGENT_HEALTH_PORT = 10551;

    // ---- Our processes in the super cluster

    /** Port of health and metrics of operator and syncer, plain HTTP. */
    public static final int HEALTH_PORT = 8080;

    public static final String OPERATOR_SERVICE_ACCOUNT = "vc-tenant-operator";
    public static final String SYNCER_SERVICE_ACCOUNT = "vc-syncer";
    public static final String AGENT_SERVICE_ACCOUNT = "vn-agent";

    // ---- Secrets of the root namespace

    /** The tenant's CA: clients and serving certificate of its API server. */
    public static final String ROOT_CA_SECRET = "root-ca";

    /** etcd's own CA. */
    public static final String ETCD_CA_SECRET = "etcd-ca-root";

    /** etcd's serving and peer certificate. */
    public static final String ETCD_SERVING_SECRET = "etcd-ca";

    /** The API server's client certificate for etcd. */
    public static final String ETCD_CLIENT_SECRET = "etcd-client";

    /** The API server's serving certificate. */
    public static final String API_SERVER_SERVING_SECRET = "apiserver-ca";

    /** The front proxy's client certificate, with its CA's certificate under {@link #CA_CERT}. */
    public static final String FRONT_PROXY_SECRET = "front-proxy-ca";

    /** The front proxy's CA; mounted nowhere. */
    public static final String FRONT_PROXY_CA_SECRET = "front-proxy-ca-root";

    /** The API server's client certificate for node agents, with the CA of their serving certificates. */
    public static final String KUBELET_CLIENT_SECRET = "kubelet-client";

    /** The service-account key pair: {@link #TLS_CERT} holds the public key, {@link #TLS_KEY} the private one. */
    public static final String SERVICE_ACCOUNT_KEY_SECRET = "serviceaccount-rsa";

    /** Kubeconfig of the controller-manager, under a key of the same name. */
    public static final String CONTROLLER_MANAGER_KUBECONFIG = "controller-manager-kubeconfig";

    /** Kubeconfig of the tenant's admin for use inside the super cluster, under a key of the same name. */
    public static final String ADMIN_KUBECONFIG = "admin-kubeconfig";

    /** Key in the Secret {@link #ADMIN_KUBECONFIG}: the same through the address reachable from outside. */
    public static final String EXTERNAL_KUBECONFIG = "external-kubeconfig";

    /** Kubeconfig of the syncer, under a key of the same name. */
    public static final String SYNCER_KUBECONFIG = "syncer-kubeconfig";

    public static final String TLS_CERT = "tls.crt";
    public static final String TLS_KEY = "tls.key";
    public static final String CA_CERT = "ca.crt";

    // ---- The tenant's control plane in its root namespace

    /** StatefulSet, headless Service and pod label of etcd. */
    public static final String ETCD = "etcd";

    /** StatefulSet of the API server. */
    public static final String API_SERVER = "apiserver";

    /** Service of the API server; its ClusterIP is the first address of the slice. */
    public static final String API_SERVER_SERVICE = "apiserver-svc";

    /** StatefulSet of the controller-manager. */
    public static final String CONTROLLER_MANAGER = "controller-manager";

    /** Port of the API server's Service. */
    public static final int API_SERVER_SERVICE_PORT = 443;

    /** Port on which the API server's container listens. */
    public static final int API_SERVER_PORT = 6443;

    // ---- Names inside tenants

    /** Namespace of the tenant's own DNS. */
    public static final String DNS_NAMESPACE = "kube-system";

    /** Service of the tenant's own DNS. */
    public static final String DNS_SERVICE = "kube-dns";

    /** The DNS Service has this place in the tenant's slice: its tenth address after the network address. */
    public static final int DNS_ADDRESS_OFFSET = 10;

    /** ConfigMap that every cluster's controller-manager keeps in every namespace. */
    public static final String ROOT_CA_CONFIG_MAP = "kube-root-ca.crt";

    /** Prefix of the super Secret that holds a tenant pod's tokens; the tenant pod's UID follows. */
    public static final String TOKEN_SECRET_PREFIX = "vc-token-";

    private Keys() {}
}
