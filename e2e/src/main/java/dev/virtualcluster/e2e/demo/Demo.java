// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import java.nio.file.Path;
import java.util.Map;

/**
 * The order of the demonstration. Each step is checked; the first that fails throws {@link StepFailedException} and
 * nothing after it runs. Running it again finds what is there and goes through the same checks.
 */
public final class Demo {
    /** Of the demo's VirtualClusters, {@link #RED} and {@link #BLUE}. */
    public static final String NAMESPACE = "tenants";

    public static final String RED = "red";
    public static final String BLUE = "blue";

    private final Console console;
    private final Report report;
    private final Kubectl admin;
    private final Path folder;

    /** A demonstration on the cluster of {@code admin}; kubeconfigs and the report go to {@code folder}. */
    public Demo(Console console, Report report, Kubectl admin, Path folder) {
        this.console = console;
        this.report = report;
        this.admin = admin;
        this.folder = folder;
    }

    /** Installs the chart at {@code chart}. */
    public void install(Path chart, Map<String, Object> values) {
        console.show(
                "The commands below are those of an admin; a tenant's name his kubeconfig. Helm runs inside of this"
                        + " program, only its line needs a helm of your own. To type along, begin with:");
        console.command(environment());
        console.step("Install the chart with Helm", () -> {
            Release release = new Release(chart, admin.kubeconfig());
            console.command(release.typed(values));
            console.waitingFor("operator, syncer and node agent to become ready");
            console.show(release.install(values));
            console.command("kubectl -n " + Release.NAMESPACE + " get pods -o wide");
            console.show(admin.run("-n", Release.NAMESPACE, "get", "pods", "-o", "wide"));
            return null;
        });
    }

    /** The whole walk with two tenants; ends with what a newcomer types next. */
    public void run() {
        TenantCreation creation = new TenantCreation(admin, folder);
        Tenant red = console.step("Create VirtualCluster " + NAMESPACE + "/red and wait until it is Ready", () -> {
            Tenant tenant = creation.create(NAMESPACE, RED, console);
            console.command("kubectl -n " + NAMESPACE + " get virtualclusters");
            console.show(admin.run("-n", NAMESPACE, "get", "virtualclusters"));
            return tenant;
        });
        if (red.readySeconds() > 0) {
            report.figure("virtualClusterReadySeconds", red.readySeconds());
        }
        walk(red);
        Tenant blue = console.step(
                "Create a second tenant, " + NAMESPACE + "/" + BLUE, () -> creation.create(NAMESPACE, BLUE, console));
        if (blue.readySeconds() > 0) {
            report.figure("secondVirtualClusterReadySeconds", blue.readySeconds());
        }
        TenantWalk other = new TenantWalk(blue, console);
        step("Create the same names in the second tenant", other::apply);
        step("Its pods run too", other::waitForPods);
        Isolation isolation = new Isolation(admin, console);
        step("Neither tenant sees the other", () -> isolation.proveApart(red, blue));
        step(
                "Neither tenant's credentials open another door",
                () -> isolation.proveCredentialsApart(
                        red,
                        blue,
                        admin.run("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}")
                                .strip()));
        step("Measure", () -> new Footprint(admin, console, report).measure(red));
        farewell(red);
    }

    private void walk(Tenant tenant) {
        TenantWalk walk = new TenantWalk(tenant, console);
        Isolation isolation = new Isolation(admin, console);
        step("As the tenant: create a namespace, a Deployment with a Service, a ConfigMap and a Secret", walk::apply);
        step("As the tenant: the pods run on a real kubelet", walk::waitForPods);
        step("As the tenant: call the Service by its DNS name", walk::callServiceByName);
        step("As the tenant: a pod talks to its API server with its own token", walk::callApiServerFromPod);
        step("As the tenant: kubectl logs -f", walk::followLogs);
        step("As the tenant: kubectl exec", walk::exec);
        step("As the tenant: kubectl port-forward", walk::forwardPort);
        step("As the tenant: kubectl get nodes", walk::nodes);
        step("As the tenant: kubectl get events", walk::events);
        step("As the admin: the same objects in the super cluster", () -> isolation.showSuperSide(tenant));
    }

    /** What a shell must be told before it understands the commands that are shown. */
    private String environment() {
        Path programs = admin.binary().getParent();
        return "export KUBECONFIG=" + Shell.line(Shell.path(admin.kubeconfig()))
                + (programs == null ? "" : " PATH=" + Shell.line(programs.toString()) + ":$PATH");
    }

    private void farewell(Tenant tenant) {
        console.show("""

                Everything above ran on a real cluster, and it is still there. Next:

                  export KUBECONFIG=%s   # you are the tenant now
                  %s get nodes,namespaces
                  %s -n shop logs -f ticker
                  %s -n shop exec -it client -- bash

                As the admin: KUBECONFIG=%s. Take everything down again: make demo-down""".formatted(
                tenant.kubectl().kubeconfig(), admin.binary(), admin.binary(), admin.binary(), admin.kubeconfig()));
    }

    private interface Work {
        void run() throws Exception;
    }

    private void step(String name, Work work) {
        console.<Void>step(name, () -> {
            work.run();
            return null;
        });
    }
}
