// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import dev.virtualcluster.agent.http.RefusedException;
import dev.virtualcluster.agent.identity.TenantIdentity;
import dev.virtualcluster.agent.ownership.Target;
import dev.virtualcluster.agent.route.Call;
import org.jspecify.annotations.Nullable;

/** What is noted of one call while it runs, for its audit line and its meters. Owned by the call's virtual thread. */
public final class CallRecord {
    final String remote;
    final long startedNanos;
    final Traffic traffic = new Traffic();

    @Nullable
    TenantIdentity identity;

    @Nullable
    Call call;

    @Nullable
    Target target;
    /** What the operator of the cluster should know and the tenant should not. */
    @Nullable
    Throwable failure;

    int status;
    String outcome = "failed";

    CallRecord(String remote, long startedNanos) {
        this.remote = remote;
        this.startedNanos = startedNanos;
    }

    void answered(int code, String how) {
        status = code;
        outcome = how;
    }

    void refused(RefusedException refusal) {
        answered(refusal.status(), refusal.reason().label());
        failure = refusal.getCause();
    }

    /** The endpoint, as a bounded label. */
    String endpoint() {
        Call known = call;
        return known == null ? "none" : known.endpoint().segment();
    }
}
