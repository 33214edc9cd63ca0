// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import dev.virtualcluster.agent.kubelet.BearerToken;
import dev.virtualcluster.agent.kubelet.KubeletConnector;
import dev.virtualcluster.agent.ownership.Ownership;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What every connection works with.
 *
 * @param vertx timers
 * @param ownership who owns what
 * @param kubelet the way to the kubelet
 * @param token the agent's credentials there
 * @param limits bounds
 * @param streams calls being carried
 * @param log where ended calls go
 * @param clock the wall clock, for certificates only
 * @param nanoTime as {@link System#nanoTime()}
 */
public record Collaborators(
        Vertx vertx,
        Ownership ownership,
        KubeletConnector kubelet,
        BearerToken token,
        Limits limits,
        Streams streams,
        CallLog log,
        InstantSource clock,
        LongSupplier nanoTime) {}
