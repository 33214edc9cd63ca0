// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import dev.virtualcluster.e2e.demo.Command;
import dev.virtualcluster.e2e.demo.Command.Outcome;
import dev.virtualcluster.e2e.demo.Kubectl;
import dev.virtualcluster.e2e.demo.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A namespace of a tenant that a test has for itself; closing it deletes the namespace without waiting. */
final class Workspace implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final Duration RUNNING = Duration.ofSeconds(60);

    final Tenant tenant;
    final String namespace;

    private Workspace(Tenant tenant, String namespace) {
        this.tenant = tenant;
        this.namespace = namespace;
    }

    /** A new namespace named for {@code test}. */
    static Workspace of(Tenant tenant, String test) throws InterruptedException {
        String name = test + "-" + Long.toString(System.nanoTime() & 0xffffff, 36) + NUMBERS.incrementAndGet();
        return named(tenant, name);
    }

    /** A new namespace of exactly that name. */
    static Workspace named(Tenant tenant, String name) throws InterruptedException {
        tenant.kubectl().run("create", "namespace", name);
        // Pods created before the controller made the default service account are refused, on any cluster.
        tenant.kubectl().run("-n", name, "wait", "--for=create", "serviceaccount/default", "--timeout=30s");
        return new Workspace(tenant, name);
    }

    Kubectl kubectl() {
        return tenant.kubectl();
    }

    /** kubectl in this namespace; a failure fails the test with what kubectl said. */
    String run(String... arguments) throws InterruptedException {
        return kubectl().run(inNamespace(arguments));
    }

    /** kubectl in this namespace, however it ends. */
    Outcome attempt(String... arguments) throws InterruptedException {
        return kubectl().attempt(inNamespace(arguments));
    }

    /** kubectl in this namespace, not yet run. */
    Command command(String... arguments) {
        return kubectl().command(inNamespace(arguments));
    }

    /** Applies a manifest in this namespace. */
    void apply(String manifest) throws InterruptedException {
        kubectl().runReading(manifest, inNamespace("apply", "-f", "-"));
    }

    /** Applies {@code manifest} and waits until the pod {@code name} is Ready. */
    void applyAndWait(String manifest, String name) throws InterruptedException {
        apply(manifest);
        awaitPod(name);
    }

    void awaitPod(String name) throws InterruptedException {
        kubectl().await(namespace, "pod/" + name, "condition=Ready", RUNNING);
    }

    /** The namespace in the super cluster that holds this one's objects. */
    String superNamespace() throws InterruptedException {
        return tenant.superNamespace(Stage.admin(), namespace);
    }

    @Override
    public void close() {
        try {
            kubectl().attempt("delete", "namespace", namespace, "--wait=false");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String[] inNamespace(String... arguments) {
        List<String> line = new ArrayList<>(List.of("-n", namespace));
        line.addAll(List.of(arguments));
        return line.toArray(String[]::new);
    }
}
