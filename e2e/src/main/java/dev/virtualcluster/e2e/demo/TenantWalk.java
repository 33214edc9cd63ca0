// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import dev.virtualcluster.e2e.cluster.Versions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a tenant does on his cluster, with his kubeconfig and stock kubectl; each method is a checked step. */
final class TenantWalk {
    private static final Duration RUNNING_LIMIT = Duration.ofSeconds(90);
    private static final String NAMESPACE = "shop";

    private final Tenant tenant;
    private final Console console;
    private final Kubectl kubectl;

    TenantWalk(Tenant tenant, Console console) {
        this.tenant = tenant;
        this.console = console;
        this.kubectl = tenant.kubectl();
    }

    /** Creates the namespace with everything in it. Applying again changes nothing. */
    void apply() throws InterruptedException, IOException {
        Path manifest = manifest();
        if (kubectl.attempt("get", "namespace", NAMESPACE).exit() != 0) {
            console.command(kubectl.typed("create", "namespace", NAMESPACE));
            console.show(kubectl.run("create", "namespace", NAMESPACE).strip());
        }
        // On any cluster a pod is refused until the controller has made its namespace's default account.
        kubectl.run("-n", NAMESPACE, "wait", "--for=create", "serviceaccount/default", "--timeout=30s");
        console.command(kubectl.typed("apply", "-f", Shell.path(manifest)));
        console.show(kubectl.run("apply", "-f", manifest.toString()).strip());
    }

    /** Writes what the tenant brings, so that the command that is shown names a file that is there. */
    Path manifest() throws IOException {
        return Resources.written(
                kubectl.kubeconfig().resolveSibling("shop-" + tenant.name() + ".yaml"),
                Resources.text("shop.yaml")
                        .replace("@AGNHOST@", Versions.load().image("agnhost"))
                        .replace("@GREETING@", "hello from " + tenant.name())
                        .replace("@KEY@", "key-of-" + tenant.name()));
    }

    /** Waits until all pods run on a kubelet. */
    void waitForPods() throws Exception {
        console.command(kubectl.typed("-n", NAMESPACE, "rollout", "status", "deployment/web"));
        console.waitingFor("the Deployment's pods");
        kubectl.await(NAMESPACE, "deployment/web", "condition=Available", RUNNING_LIMIT);
        kubectl.await(NAMESPACE, "pod/client", "condition=Ready", RUNNING_LIMIT);
        kubectl.await(NAMESPACE, "pod/ticker", "condition=Ready", RUNNING_LIMIT);
        console.command(kubectl.typed("-n", NAMESPACE, "get", "pods", "-o", "wide"));
        console.show(kubectl.run("-n", NAMESPACE, "get", "pods", "-o", "wide"));
    }

    /** Calls the Service by its DNS name from another pod. */
    void callServiceByName() throws Exception {
        String url = "http://web.shop.svc.cluster.local/hostname";
        console.command(kubectl.typed("-n", NAMESPACE, "exec", "client", "--", "curl", "-sS", "--max-time", "3", url));
        String answer = Poll.until(
                        Duration.ofSeconds(30),
                        "an answer of " + url,
                        () -> Optional.of(kubectl.attempt(
                                        "-n", NAMESPACE, "exec", "client", "--", "curl", "-sS", "--max-time", "3", url))
                                .filter(o -> o.exit() == 0 && o.out().startsWith("web-")),
                        () -> kubectl.attempt(
                                        "-n", NAMESPACE, "exec", "client", "--", "curl", "-sS", "--max-time", "3", url)
                                .all())
                .out();
        console.show("answered by pod " + answer.strip());
        String greeting = kubectl.run("-n", NAMESPACE, "exec", "deployment/web", "--", "printenv", "GREETING");
        Check.that(
                greeting.strip().equals("hello from " + tenant.name()), "the ConfigMap's value in the pod", greeting);
        String key = kubectl.run("-n", NAMESPACE, "exec", "deployment/web", "--", "cat", "/etc/api-key/key");
        Check.that(key.strip().equals("key-of-" + tenant.name()), "the Secret's value in the pod", "(not shown)");
    }

    /** A pod talks to its API server at the address that every client library uses, with the token it was given. */
    void callApiServerFromPod() throws InterruptedException {
        String script = "D=/var/run/secrets/kubernetes.io/serviceaccount; curl -sS --max-time 10 --cacert $D/ca.crt"
                + " -H \"Authorization: Bearer $(cat $D/token)\""
                + " https://kubernetes.default.svc/api/v1/namespaces/$(cat $D/namespace)/pods?limit=500";
        console.command(kubectl.typed("-n", NAMESPACE, "exec", "client", "--", "sh", "-c", script));
        String answer = kubectl.run("-n", NAMESPACE, "exec", "client", "--", "sh", "-c", script);
        Check.that(answer.contains("\"kind\": \"PodList\""), "a PodList", answer);
        Check.that(answer.contains("\"name\": \"client\""), "the pod that asks among the pods", answer);
        console.show("the pod listed " + answer.split("\"kind\": \"Pod\"|\"uid\":", -1).length / 2
                + " objects of its namespace with its own service account's token");
    }

    /** Streams a log as it is written. */
    void followLogs() throws Exception {
        console.command(kubectl.typed("-n", NAMESPACE, "logs", "-f", "--tail=3", "ticker"));
        String seen = Streams.firstLines(
                kubectl.command("-n", NAMESPACE, "logs", "-f", "--tail=3", "ticker"), 8, Duration.ofSeconds(20));
        console.show(seen);
        Check.that(
                seen.lines().filter(line -> line.startsWith("tick ")).count() >= 8, "8 lines of a followed log", seen);
    }

    /** Runs a command in a container, with input and an exit status of its own. */
    void exec() throws InterruptedException {
        console.command("echo hello | "
                + kubectl.typed("-n", NAMESPACE, "exec", "-i", "client", "--", "sh", "-c", "cat; exit 7"));
        var outcome = kubectl.command("-n", NAMESPACE, "exec", "-i", "client", "--", "sh", "-c", "cat; exit 7")
                .reading("hello\n")
                .run();
        Check.that(outcome.out().equals("hello\n"), "the input back", outcome.all());
        Check.that(outcome.exit() == 7, "exit status 7", outcome.exit() + "\n" + outcome.all());
        console.show("hello\ncommand terminated with exit code 7 (as it should)");
    }

    /** Reaches a pod's port from this machine. */
    void forwardPort() throws Exception {
        console.command(kubectl.typed("-n", NAMESPACE, "port-forward", "service/web", ":80"));
        String answer = Streams.throughForward(
                kubectl.command("-n", NAMESPACE, "port-forward", "service/web", ":80"),
                "/hostname",
                Duration.ofSeconds(20));
        Check.that(answer.startsWith("web-"), "the pod's name", answer);
        console.show("answered by pod " + answer.strip() + " through the forwarded port");
    }

    /** The nodes as the tenant sees them. */
    void nodes() throws InterruptedException {
        console.command(kubectl.typed("get", "nodes"));
        console.show(kubectl.run("get", "nodes"));
        JsonNode nodes = kubectl.json("get", "nodes").path("items");
        Check.that(!nodes.isEmpty(), "at least one node", nodes.toString());
    }

    /** The events of the tenant's namespace, those of the kubelet among them. */
    void events() throws Exception {
        console.command(kubectl.typed("-n", NAMESPACE, "get", "events"));
        String events = Poll.until(
                Duration.ofSeconds(20),
                "the kubelet's Started events in the tenant",
                () -> Optional.of(kubectl.run("-n", NAMESPACE, "get", "events"))
                        .filter(text -> text.contains("Started")),
                () -> kubectl.run("-n", NAMESPACE, "get", "events"));
        Check.that(!events.contains(tenant.key()), "no name of the super cluster in the events", events);
        console.show(events.lines().limit(8).reduce((a, b) -> a + "\n" + b).orElse(""));
    }
}
