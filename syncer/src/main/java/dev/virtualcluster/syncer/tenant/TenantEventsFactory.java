// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tenant;

import dev.virtualcluster.runtime.metrics.Meters;
import java.time.InstantSource;

/**
 * What event writers of all tenants share.
 *
 * @param clock for the events' timestamps
 */
record TenantEventsFactory(InstantSource clock, Meters meters) {
    EventWriter of(Tenant tenant) {
        return new EventWriter(tenant, clock, meters);
    }
}
