// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import dev.virtualcluster.operator.addons.AddOnInstaller;
import dev.virtualcluster.operator.addons.TenantAccess;
import dev.virtualcluster.operator.address.Reservations;
import dev.virtualcluster.operator.address.SliceClaims;
import dev.virtualcluster.operator.agents.AgentAuthorityStore;
import dev.virtualcluster.operator.agents.AgentCertificateRequests;
import dev.virtualcluster.operator.agents.AgentRequestPolicy;
import dev.virtualcluster.operator.apply.Parallel;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.caches.SuperCaches;
import dev.virtualcluster.operator.credentials.CredentialStore;
import dev.virtualcluster.operator.credentials.TenantCredentials;
import dev.virtualcluster.operator.status.EventRecorder;
import dev.virtualcluster.operator.status.StatusWriter;
import dev.virtualcluster.operator.teardown.Orphans;
import dev.virtualcluster.operator.teardown.Teardown;
import dev.virtualcluster.operator.tenant.VirtualClusterReconciler;
import dev.virtualcluster.operator.versions.ClusterVersionCatalog;
import dev.virtualcluster.operator.versions.ClusterVersionReconciler;
import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.runtime.reconcile.Reconciler;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import java.time.InstantSource;

/** The reconcilers and what they are made of. Does no I/O. */
final class OperatorParts {
    private final Reconciler<ObjectKey> virtualClusters;
    private final Reconciler<ObjectKey> clusterVersions;
    private final Reconciler<ObjectKey> agentCertificates;
    private final Reconciler<ObjectKey> patrol;

    OperatorParts(
            OperatorConfig config,
            ClientPlatform platform,
            ClusterConnection connection,
            SuperCaches caches,
            ObjectCache<CertificateSigningRequest> requests,
            SuperWrites writes,
            TenantAccess access,
            Meters meters,
            InstantSource clock) {
        var client = connection.client();
        var serialization = platform.serialization();
        var parallel = new Parallel(platform.executor());
        var events = new EventRecorder(writes, clock);
        var agents = new AgentAuthorityStore(client, writes, config.namespace(), clock);
        var reservations = new Reservations(client, writes, parallel);
        var slices = new SliceClaims(client, writes, caches.serviceCidrs(), reservations, config.pool());
        var credentials = new CredentialStore(
                client, writes, caches.secrets(), new TenantCredentials(ClientPlatform.forFiles()), parallel, clock);
        virtualClusters = VirtualClusterReconciler.of(
                config.superDomain(),
                client,
                serialization,
                caches,
                writes,
                new ClusterVersionCatalog(caches.clusterVersions(), serialization),
                reservations,
                slices,
                credentials,
                agents,
                new AddOnInstaller(credentials, access, writes, parallel),
                new Teardown(client, writes, slices, reservations, clock),
                new StatusWriter(writes, events, serialization, clock),
                parallel,
                meters,
                clock);
        clusterVersions =
                new ClusterVersionReconciler(caches.clusterVersions(), caches.virtualClusters(), writes, events);
        agentCertificates = new AgentCertificateRequests(
                requests, caches.nodes(), agents, new AgentRequestPolicy(config.namespace()), writes, clock);
        patrol = new Patrol(agents, new Orphans(client, writes, parallel));
    }

    Reconciler<ObjectKey> virtualClusters() {
        return virtualClusters;
    }

    Reconciler<ObjectKey> clusterVersions() {
        return clusterVersions;
    }

    Reconciler<ObjectKey> agentCertificates() {
        return agentCertificates;
    }

    Reconciler<ObjectKey> patrol() {
        return patrol;
    }
}
