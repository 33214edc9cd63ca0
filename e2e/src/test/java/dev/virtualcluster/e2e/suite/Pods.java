// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import dev.virtualcluster.e2e.cluster.Versions;

/** Manifests of the pods that the suites run. */
final class Pods {
    private Pods() {}

    /** A pod with bash, curl and friends that does nothing until it is told. */
    static String idle(String name) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, labels: {app.kubernetes.io/name: %s}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - {name: main, image: '%s', args: [pause]}
                """.formatted(name, name, image());
    }

    /** A pod whose container runs {@code script} in a shell. */
    static String script(String name, String restartPolicy, String script) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 1
                  restartPolicy: %s
                  containers:
                  - name: main
                    image: '%s'
                    command: [sh, -c]
                    args: ["%s"]
                """.formatted(
                name, restartPolicy, image(), script.replace("\\", "\\\\").replace("\"", "\\\""));
    }

    static String image() {
        return Versions.load().image("agnhost");
    }
}
