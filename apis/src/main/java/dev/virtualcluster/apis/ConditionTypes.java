// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

/** Types of the conditions in a VirtualCluster's status, and who writes each. */
public final class ConditionTypes {
    /** Operator: the tenant can be used. */
    public static final String READY = "Ready";

    /** Operator: the root namespace exists and is this VirtualCluster's. */
    public static final String NAMESPACE_READY = "NamespaceReady";

    /** Operator: the slice of service addresses is held. */
    public static final String ADDRESS_SLICE_READY = "AddressSliceReady";

    /** Operator: every certificate, key and kubeconfig exists and is valid. */
    public static final String CERTIFICATES_READY = "CertificatesReady";

    /** Operator: a majority of etcd's members is ready. */
    public static final String ETCD_READY = "EtcdReady";

    /** Operator: a replica of the API server is ready. */
    public static final String API_SERVER_READY = "APIServerReady";

    /** Operator: a replica of the controller-manager is ready. */
    public static final String CONTROLLER_MANAGER_READY = "ControllerManagerReady";

    /** Operator: what runs inside the tenant by default (DNS) is applied. */
    public static final String ADD_ONS_READY = "AddOnsReady";

    /** Operator: how the API server is reached from outside the super cluster; false where it is not. */
    public static final String EXTERNAL_ACCESS = "ExternalAccess";

    /** Operator: what runs is what the VirtualCluster and its ClusterVersion ask for. */
    public static final String UP_TO_DATE = "UpToDate";

    /** Syncer: the tenant is connected and its caches are filled. */
    public static final String SYNCER_READY = "SyncerReady";

    private ConditionTypes() {}
}
