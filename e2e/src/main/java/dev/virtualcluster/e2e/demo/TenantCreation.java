// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** What an admin does to make a tenant: create the object, wait until it is Ready, hand over the kubeconfig. */
public final class TenantCreation {
    private static final Duration READY_LIMIT = Duration.ofMinutes(3);

    private final Kubectl admin;
    private final Path folder;

    /** Kubeconfigs are written below {@code folder}, readable by their owner only. */
    public TenantCreation(Kubectl admin, Path folder) {
        this.admin = admin;
        this.folder = folder;
    }

    /** Creates the VirtualCluster of the default ClusterVersion, or finds it, and waits for Ready. */
    public Tenant create(String namespace, String name, Console console) throws Exception {
        return create(namespace, name, "default", console);
    }

    /** Creates the VirtualCluster of that ClusterVersion, or finds it, and waits for Ready. */
    public Tenant create(String namespace, String name, String version, Console console) throws Exception {
        if (admin.attempt("get", "namespace", namespace).exit() != 0) {
            console.command("kubectl create namespace " + namespace);
            admin.run("create", "namespace", namespace);
        }
        boolean exists =
                admin.attempt("-n", namespace, "get", "virtualcluster", name).exit() == 0;
        Path manifest = manifest(namespace, name, version);
        console.command("kubectl apply -f " + Shell.path(manifest));
        long begin = System.nanoTime();
        console.show(admin.run("apply", "-f", manifest.toString()).strip());
        JsonNode ready = Poll.until(
                READY_LIMIT,
                "VirtualCluster " + namespace + "/" + name + " Ready",
                () -> ready(namespace, name, console),
                () -> admin.attempt("-n", namespace, "describe", "virtualcluster", name)
                        .all());
        double seconds = exists ? 0 : (System.nanoTime() - begin) / 1e9;
        String key = ready.path("status").path("clusterNamespace").asString();
        Path kubeconfig = kubeconfig(name, key, console);
        return new Tenant(namespace, name, key, new Kubectl(admin.binary(), kubeconfig, "tenant " + name), seconds);
    }

    /** Writes the VirtualCluster, so that the command that is shown names a file that is there. */
    Path manifest(String namespace, String name, String version) throws IOException {
        return Resources.written(
                folder.resolve("virtualcluster-" + name + ".yaml"),
                Resources.text("virtualcluster.yaml")
                        .replace("NAMESPACE", namespace)
                        .replace("NAME", name)
                        .replace("VERSION", version));
    }

    private Optional<JsonNode> ready(String namespace, String name, Console console) throws InterruptedException {
        JsonNode cluster = admin.json("-n", namespace, "get", "virtualcluster", name);
        // One that is being updated is Ready, and its API server may be gone the next moment.
        for (String type : List.of("Ready", "UpToDate")) {
            JsonNode condition = condition(cluster, type);
            if (!condition.path("status").asString("").equals("True")) {
                if (condition.has("message")) {
                    console.waitingFor(condition.path("message").asString(""));
                }
                return Optional.empty();
            }
        }
        return Optional.of(cluster);
    }

    private static JsonNode condition(JsonNode cluster, String type) {
        for (JsonNode condition : cluster.path("status").path("conditions")) {
            if (condition.path("type").asString("").equals(type)) {
                return condition;
            }
        }
        return MissingNode.getInstance();
    }

    private Path kubeconfig(String name, String key, Console console) throws IOException, InterruptedException {
        String[] read = reading(key, "external-kubeconfig");
        String encoded = admin.run(read);
        if (encoded.isBlank()) {
            read = reading(key, "admin-kubeconfig");
            encoded = admin.run(read);
        }
        Files.createDirectories(folder);
        Path file = folder.resolve(name + ".kubeconfig").toAbsolutePath();
        console.command("kubectl " + Shell.line(read) + " | base64 -d > " + Shell.path(file));
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, new String(Base64.getDecoder().decode(encoded.strip()), StandardCharsets.UTF_8));
        return file;
    }

    private static String[] reading(String key, String entry) {
        return new String[] {"-n", key, "get", "secret", "admin-kubeconfig", "-o", "jsonpath={.data." + entry + "}"};
    }
}
