// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.e2e.demo.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

/** Two tenants with the same names neither see nor reach each other, nor the super cluster. */
@ExtendWith(Stage.class)
class TwoTenantsE2E {
    private static final String CALL =
            "D=/var/run/secrets/kubernetes.io/serviceaccount; curl -sS --max-time 10 -o /dev/null -w '%{http_code}'"
                    + " -H \"Authorization: Bearer $(cat $D/token)\" ";

    @Test
    void theSameNamesLiveSideBySide() throws Exception {
        try (Workspace red = Workspace.named(Stage.red(), "twins");
                Workspace blue = Workspace.named(Stage.blue(), "twins")) {
            for (Workspace workspace : new Workspace[] {red, blue}) {
                workspace.run("create", "configmap", "who", "--from-literal=am-i=" + workspace.tenant.name());
                workspace.applyAndWait(Pods.idle("pod"), "pod");
            }
            assertThat(red.superNamespace()).isNotEqualTo(blue.superNamespace());
            assertThat(red.run("get", "configmap", "who", "-o", "jsonpath={.data.am-i}"))
                    .isEqualTo("red");
            assertThat(Stage.admin()
                            .run("-n", blue.superNamespace(), "get", "configmap", "who", "-o", "jsonpath={.data.am-i}"))
                    .isEqualTo("blue");
            String everything = red.kubectl()
                    .run("get", "namespaces,pods,configmaps,secrets,services,events,nodes", "-A", "-o", "yaml");
            assertThat(everything).doesNotContain(Stage.blue().key()).doesNotContain("am-i: blue");
        }
    }

    @Test
    void aPodsTokenOpensOnlyItsOwnApiServer() throws Exception {
        try (Workspace workspace = Workspace.of(Stage.red(), "token")) {
            workspace.applyAndWait(Pods.idle("caller"), "caller");
            assertThat(call(
                            workspace,
                            "-k https://kubernetes.default.svc/api/v1/namespaces/" + workspace.namespace + "/pods"))
                    .isEqualTo("403");
            assertThat(call(workspace, "-k https://kubernetes.default.svc/version"))
                    .isEqualTo("200");
            // 403 to the own server: known, not allowed. 401 to the others: unknown.
            assertThat(call(workspace, "-k " + address(Stage.blue()) + "/api/v1/pods"))
                    .isEqualTo("401");
            assertThat(call(workspace, "-k https://10.96.0.1/api/v1/pods")).isEqualTo("401");
        }
    }

    @Test
    void aPodFindsTheKeysThatItsTokenIsSignedWith() throws Exception {
        try (Workspace workspace = Workspace.of(Stage.red(), "discovery")) {
            workspace.applyAndWait(Pods.idle("caller"), "caller");
            String discovery = workspace.kubectl().run("get", "--raw", "/.well-known/openid-configuration");
            String keys =
                    JsonMapper.shared().readTree(discovery).path("jwks_uri").asString();
            assertThat(keys).endsWith("/openid/v1/jwks");
            // Unlike the calls above this one proves the server: the address must be one that the certificate names.
            assertThat(call(workspace, "--cacert $D/ca.crt " + keys)).isEqualTo("200");
        }
    }

    @Test
    void noNameOfTheSuperClusterShowsInsideAPod() throws Exception {
        try (Workspace workspace = Workspace.of(Stage.red(), "inside")) {
            workspace.applyAndWait(Pods.idle("looker"), "looker");
            String seen = workspace.run(
                    "exec",
                    "looker",
                    "--",
                    "sh",
                    "-c",
                    "env; cat /etc/hosts /etc/resolv.conf /etc/hostname; cat /var/run/secrets/kubernetes.io/serviceaccount/namespace");
            assertThat(seen).doesNotContain(Stage.red().key()).contains(workspace.namespace);
        }
    }

    private static String call(Workspace workspace, String target) throws InterruptedException {
        return workspace.run("exec", "caller", "--", "sh", "-c", CALL + target);
    }

    private static String address(Tenant tenant) throws InterruptedException {
        return "https://"
                + Stage.admin()
                        .run("-n", tenant.key(), "get", "service", "apiserver-svc", "-o", "jsonpath={.spec.clusterIP}");
    }
}
