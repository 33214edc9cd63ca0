// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/** What the admin sees of a tenant, and the proof that two tenants with the same names do not see each other. */
final class Isolation {
    private final Kubectl admin;
    private final Console console;

    Isolation(Kubectl admin, Console console) {
        this.admin = admin;
        this.console = console;
    }

    /** Shows the tenant's objects in the super cluster, under their translated names. */
    void showSuperSide(Tenant tenant) throws InterruptedException {
        String namespace = tenant.superNamespace(admin, "shop");
        console.command("kubectl get namespaces -l tenancy.x-k8s.io/cluster=" + tenant.key());
        console.show(admin.run("get", "namespaces", "-l", "tenancy.x-k8s.io/cluster=" + tenant.key()));
        console.command("kubectl -n " + namespace + " get pods,services,configmaps");
        console.show(admin.run("-n", namespace, "get", "pods,services,configmaps"));
        var service = admin.json("-n", namespace, "get", "service", "web")
                .path("spec")
                .path("clusterIP")
                .asString();
        var seen = tenant.kubectl()
                .json("-n", "shop", "get", "service", "web")
                .path("spec")
                .path("clusterIP")
                .asString();
        Check.that(service.equals(seen), "one ClusterIP on both sides", service + " and " + seen);
    }

    /** Both tenants own a pod shop/client; each finds only its own, and neither finds the other's traces. */
    void proveApart(Tenant one, Tenant other) throws InterruptedException {
        Map<String, String> first = uids(one);
        Map<String, String> second = uids(other);
        String here = first.getOrDefault("shop/client", "");
        String there = second.getOrDefault("shop/client", "");
        Check.that(
                !here.isEmpty() && !there.isEmpty(),
                "a pod shop/client in both tenants",
                first.keySet() + " and " + second.keySet());
        Check.that(!here.equals(there), "two different pods", here);
        for (var uid : second.values()) {
            Check.that(!first.containsValue(uid), "no pod of " + other.name() + " in " + one.name(), uid);
        }
        for (boolean forward : new boolean[] {true, false}) {
            Tenant tenant = forward ? one : other;
            Tenant stranger = forward ? other : one;
            String everything = tenant.kubectl()
                    .run("get", "namespaces,pods,services,configmaps,secrets,events", "-A", "-o", "yaml");
            Check.that(
                    !everything.contains(stranger.key()),
                    "nothing of " + stranger.name() + " in " + tenant.name(),
                    "a mention of " + stranger.key());
            Check.that(
                    !everything.contains("hello from " + stranger.name()),
                    "no data of " + stranger.name(),
                    "its greeting");
            var refused = tenant.kubectl().attempt("get", "namespace", stranger.key());
            Check.that(
                    refused.exit() != 0 && refused.err().contains("NotFound"),
                    "the other tenant's root namespace unknown",
                    refused.all());
        }
        console.show("pod shop/client exists in both, as " + here + " and " + there);
        console.show("neither lists, names or reads an object of the other");
    }

    /** The credentials of one tenant mean nothing to the other, nor to the super cluster. */
    void proveCredentialsApart(Tenant one, Tenant other, String superAddress) throws InterruptedException {
        String address =
                other.kubectl().run("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}");
        for (String server : new String[] {address.strip(), superAddress}) {
            var refused = towards(server, one).attempt("get", "pods", "-A", "--request-timeout=5s");
            Check.that(
                    refused.exit() != 0
                            // kubectl's two ways to say 401, for a request and for discovery.
                            && (refused.err().contains("Unauthorized")
                                    || refused.err().contains("asked for the client to provide credentials")),
                    "401 from " + server,
                    refused.all());
            console.show(one.name() + "'s credentials at " + server + ": "
                    + refused.err().lines().reduce((a, b) -> b).orElse(""));
        }
    }

    /** The tenant's kubeconfig bent to another server, whoever that is: what refuses must be the server, not kubectl. */
    private static Kubectl towards(String server, Tenant tenant) throws InterruptedException {
        Kubectl own = tenant.kubectl();
        String cluster = own.run("config", "view", "--minify", "-o", "jsonpath={.clusters[0].name}")
                .strip();
        Path bent = own.kubeconfig().resolveSibling(tenant.name() + "-bent.kubeconfig");
        try {
            Files.copy(own.kubeconfig(), bent, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Kubectl kubectl = new Kubectl(own.binary(), bent, own.who());
        kubectl.run("config", "set-cluster", cluster, "--server=" + server, "--insecure-skip-tls-verify=true");
        return kubectl;
    }

    private static Map<String, String> uids(Tenant tenant) throws InterruptedException {
        Map<String, String> uids = new TreeMap<>();
        for (var pod : tenant.kubectl().json("get", "pods", "-A").path("items")) {
            var meta = pod.path("metadata");
            uids.put(
                    meta.path("namespace").asString() + "/" + meta.path("name").asString(),
                    meta.path("uid").asString());
        }
        return uids;
    }
}
