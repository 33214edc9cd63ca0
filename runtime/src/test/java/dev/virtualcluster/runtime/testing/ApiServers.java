// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One or several API servers for a test class, started side by side before it and shared with every other class of the
 * JVM that asks for the same: a test uses namespaces of its own, leaves no cluster-scoped object behind, and does not
 * {@link ApiServer#kill()} them (for that, {@link ApiServer#start}). They end with the JVM.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final ApiServers SERVERS = ApiServers.of(2);
 *
 * try (ClusterConnection tenant = platform.connect("tenant", SERVERS.get(1).config())) { ... }
 * }</pre>
 */
public final class ApiServers implements BeforeAllCallback {
    private static final Map<Slot, ApiServer> RUNNING = new HashMap<>();

    private final ApiServerOptions options;
    private final int count;
    private List<ApiServer> servers = List.of();

    private record Slot(ApiServerOptions options, int index) {}

    private ApiServers(ApiServerOptions options, int count) {
        this.options = options;
        this.count = count;
    }

    /** One server with the defaults. */
    public static ApiServers one() {
        return of(1);
    }

    /** Several servers with the defaults. */
    public static ApiServers of(int count) {
        return of(count, ApiServerOptions.defaults());
    }

    /** Several servers. */
    public static ApiServers of(int count, ApiServerOptions options) {
        return new ApiServers(options, count);
    }

    /** The servers, for those who are no JUnit test; started now unless they run already. */
    public ApiServers started() {
        servers = shared(options, count);
        return this;
    }

    /** The only, or first, server. */
    public ApiServer get() {
        return get(0);
    }

    /** The server of this number, from 0. */
    public ApiServer get(int index) {
        return servers.get(index);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        started();
    }

    private static List<ApiServer> shared(ApiServerOptions options, int count) {
        synchronized (RUNNING) {
            List<Slot> missing = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Slot slot = new Slot(options, i);
                if (!RUNNING.containsKey(slot)) {
                    missing.add(slot);
                }
            }
            startAll(missing);
            List<ApiServer> found = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ApiServer server = RUNNING.get(new Slot(options, i));
                if (server != null) {
                    found.add(server);
                }
            }
            return found;
        }
    }

    private static void startAll(List<Slot> slots) {
        Callable<ApiServer> start = () -> ApiServer.start(slots.getFirst().options());
        try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ApiServer>> starting =
                    slots.stream().map(slot -> starters.submit(start)).toList();
            for (int i = 0; i < slots.size(); i++) {
                RUNNING.put(slots.get(i), starting.get(i).get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("an API server for the tests did not start: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting API servers", e);
        }
    }
}
