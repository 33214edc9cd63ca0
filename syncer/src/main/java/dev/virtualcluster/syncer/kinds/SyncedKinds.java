// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.engine.SyncedKind;
import dev.virtualcluster.syncer.nodes.NodeKind;
import dev.virtualcluster.syncer.pods.PodKind;
import dev.virtualcluster.syncer.tokens.TokenKind;
import java.util.List;

/** The table of everything that is kept in step. A kind is one file, one line here, and a rule in the chart. */
public final class SyncedKinds {
    private SyncedKinds() {}

    /** All kinds, in the order in which a new tenant's objects are first worked on. */
    public static List<SyncedKind<?, ?>> all(SyncContext context) {
        ManualEndpoints endpoints = new ManualEndpoints(context);
        ManualEndpointSlices slices = new ManualEndpointSlices(context);
        NodeKind nodes = new NodeKind(context);
        TokenKind tokens = new TokenKind(context);
        return List.of(
                new Namespaces(context),
                nodes,
                new ServiceAccounts(context),
                new ConfigMaps(context),
                new Secrets(context),
                new Services(context, endpoints, slices),
                endpoints,
                slices,
                new PodKind(context, nodes, tokens),
                tokens,
                new Events(context));
    }
}
