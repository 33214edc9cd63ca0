// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.demo.Command;
import dev.virtualcluster.e2e.demo.Release;
import dev.virtualcluster.e2e.demo.Tenant;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whoever reaches the node agent's port without being the tenant's own API server gets nothing. */
@ExtendWith(Stage.class)
class AgentRefusalE2E {
    @TempDir
    static Path folder;

    private static Workspace red;
    private static Workspace blue;
    private static String node;

    @BeforeAll
    static void pods() throws Exception {
        red = Workspace.of(Stage.red(), "refusal");
        blue = Workspace.of(Stage.blue(), "refusal");
        red.applyAndWait(Pods.script("victim", "Always", "echo secret-of-red; sleep 3600"), "victim");
        blue.applyAndWait(Pods.script("victim", "Always", "echo secret-of-blue; sleep 3600"), "victim");
        node = red.run("get", "pod", "victim", "-o", "jsonpath={.status.hostIP}");
        identity(Stage.red());
        identity(Stage.blue());
        checked(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "1",
                "-subj",
                "/O=tenancy.x-k8s.io:virtualcluster/CN=" + Stage.red().key(),
                "-keyout",
                file("stranger.key"),
                "-out",
                file("stranger.crt"));
    }

    @AfterAll
    static void clean() throws Exception {
        red.close();
        blue.close();
    }

    @Test
    void theTenantsOwnCertificateReadsItsLog() throws Exception {
        // Proves that the requests below fail for the reason they name and not for another.
        assertThat(get("red", log(red.namespace, "victim"))).contains("secret-of-red");
    }

    @Test
    void noCertificateIsRefused() throws Exception {
        var outcome = Command.of("curl", "-sS", "-k", "--max-time", "5", url(node, log(red.namespace, "victim")))
                .run();
        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.all()).doesNotContain("secret-of");
    }

    @Test
    void aStrangersCertificateWithTheTenantsNameIsRefused() throws Exception {
        assertThat(get("stranger", log(red.namespace, "victim"))).doesNotContain("secret-of");
    }

    @Test
    void aCertificateOfTheTenantsOwnAuthorityIsRefused() throws Exception {
        // A tenant's admin can have his cluster sign any name; the agent must not trust that authority.
        Path ca = secret(Stage.red(), "root-ca", "tls.crt", "tenant-ca.crt");
        Path key = secret(Stage.red(), "root-ca", "tls.key", "tenant-ca.key");
        checked(
                "openssl",
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/O=tenancy.x-k8s.io:virtualcluster/CN=" + Stage.blue().key(),
                "-keyout",
                file("minted.key"),
                "-out",
                file("minted.csr"));
        checked(
                "openssl",
                "x509",
                "-req",
                "-in",
                file("minted.csr"),
                "-CA",
                ca.toString(),
                "-CAkey",
                key.toString(),
                "-CAcreateserial",
                "-days",
                "1",
                "-out",
                file("minted.crt"));
        assertThat(get("minted", log(blue.namespace, "victim"))).doesNotContain("secret-of");
    }

    @Test
    void anotherTenantsCertificateSeesOnlyItsOwnPods() throws Exception {
        // Both tenants may call a namespace alike: the certificate decides whose it is.
        assertThat(get("blue", log(red.namespace, "victim"))).doesNotContain("secret-of-red");
        assertThat(get("blue", log(red.superNamespace(), "victim"))).doesNotContain("secret-of-red");
    }

    @Test
    void podsOfTheSuperClusterAreOutOfReach() throws Exception {
        isOutOfReach(Stage.red().key(), "apiserver-0");
        isOutOfReach(
                Release.NAMESPACE,
                Stage.admin()
                        .run(
                                "-n",
                                Release.NAMESPACE,
                                "get",
                                "pods",
                                "-l",
                                "app.kubernetes.io/name=vc-tenant-operator",
                                "--field-selector=status.phase=Running",
                                "-o",
                                "jsonpath={.items[0].metadata.name}"));
    }

    @Test
    void pathTricksAreRefused() throws Exception {
        for (String path : List.of(
                "/containerLogs/" + red.namespace + "/../" + blue.superNamespace() + "/victim/main",
                "/containerLogs/" + red.namespace + "/..%2f" + blue.superNamespace() + "/victim/main",
                "/containerLogs/%2e%2e/victim/main",
                "/containerLogs//victim/main",
                "/containerLogs/" + red.namespace + "%00/victim/main",
                "/logs/",
                "/pods",
                "/runningpods/",
                "/configz",
                "/debug/pprof/",
                "/run/" + red.namespace + "/victim/main",
                "/checkpoint/" + red.namespace + "/victim/main",
                "/metrics")) {
            String answer = get("red", path);
            assertThat(answer)
                    .as(path)
                    .doesNotContain("secret-of")
                    .endsWith("\nHTTP 4" + answer.substring(answer.length() - 2));
        }
    }

    /** An admin reads the pod's log; the tenant, who asks the agent of the pod's own node for the same, does not. */
    private static void isOutOfReach(String namespace, String pod) throws Exception {
        String[] found = Stage.admin()
                .run("-n", namespace, "get", "pod", pod, "-o", "jsonpath={.status.hostIP} {.spec.containers[0].name}")
                .strip()
                .split(" ");
        String line = Stage.admin()
                .run("-n", namespace, "logs", pod, "-c", found[1], "--tail=1")
                .strip();
        assertThat(line).as("what an admin reads of " + pod).isNotEmpty();

        String answer = get("red", found[0], "/containerLogs/" + namespace + "/" + pod + "/" + found[1]);

        assertThat(answer).as(pod).doesNotContain(line).matches("(?s).*\\nHTTP 4\\d\\d");
    }

    private static String log(String namespace, String pod) {
        return "/containerLogs/" + namespace + "/" + pod + "/main";
    }

    private static String url(String host, String path) {
        return "https://" + host + ":10550" + path;
    }

    private static String get(String who, String path) throws Exception {
        return get(who, node, path);
    }

    private static String get(String who, String host, String path) throws Exception {
        return Command.of(
                        "curl",
                        "-sS",
                        "-k",
                        "--path-as-is",
                        "--max-time",
                        "5",
                        "--cert",
                        file(who + ".crt"),
                        "--key",
                        file(who + ".key"),
                        "-w",
                        "\nHTTP %{http_code}",
                        url(host, path))
                .run()
                .all();
    }

    private static void identity(Tenant tenant) throws Exception {
        secret(tenant, "kubelet-client", "tls.crt", tenant.name() + ".crt");
        secret(tenant, "kubelet-client", "tls.key", tenant.name() + ".key");
    }

    private static Path secret(Tenant tenant, String secret, String key, String name) throws Exception {
        String encoded = Stage.admin()
                .run(
                        "-n",
                        tenant.key(),
                        "get",
                        "secret",
                        secret,
                        "-o",
                        "jsonpath={.data." + key.replace(".", "\\.") + "}");
        return Files.write(
                folder.resolve(name), Base64.getDecoder().decode(encoded.strip().getBytes(StandardCharsets.US_ASCII)));
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    private static void checked(String... command) throws Exception {
        var outcome = Command.of(new ArrayList<>(List.of(command)).toArray(String[]::new))
                .run();
        assertThat(outcome.exit()).as(outcome.all()).isZero();
    }
}
