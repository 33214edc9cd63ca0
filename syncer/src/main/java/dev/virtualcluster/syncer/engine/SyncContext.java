// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.syncer.config.SyncerConfig;
import java.time.InstantSource;

/**
 * What every kind gets at construction.
 *
 * @param superCluster the super cluster: shared caches and proven writes
 * @param namespaces the tenants' super namespaces
 * @param tenants the tenants being served
 * @param work puts keys into the queues
 */
public record SyncContext(
        SuperCluster superCluster,
        SuperNamespaces namespaces,
        Tenants tenants,
        Work work,
        SyncerConfig config,
        Meters meters,
        InstantSource clock) {}
