// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** Runs socket work on the event loop that owns the sockets. */
final class Loop {
    private Loop() {}

    /** Runs {@code action} on {@code context}; a failure to start it fails the future. */
    static <T> Future<T> call(Context context, Supplier<Future<T>> action) {
        Promise<T> done = Promise.promise();
        context.runOnContext(_ -> {
            try {
                action.get().onComplete(done);
            } catch (RuntimeException e) {
                done.tryFail(e);
            }
        });
        return done.future();
    }
}
