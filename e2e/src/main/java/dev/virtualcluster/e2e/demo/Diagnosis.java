// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

/** What to look at when something failed: our tenants, our pods, the ends of our logs, the latest warnings. */
public record Diagnosis(Kubectl admin) {
    /** The text; what cannot be had is left out. */
    public String text() throws InterruptedException {
        StringBuilder text = new StringBuilder("\n--- VirtualClusters\n");
        text.append(admin.attempt("get", "virtualclusters", "-A", "-o", "wide").all());
        text.append("\n--- our pods\n")
                .append(admin.attempt("-n", Release.NAMESPACE, "get", "pods", "-o", "wide")
                        .all());
        for (String component : new String[] {"vc-tenant-operator", "vc-syncer", "vn-agent"}) {
            text.append("\n--- the end of the log of ").append(component).append('\n');
            text.append(admin.attempt(
                            "-n",
                            Release.NAMESPACE,
                            "logs",
                            "-l",
                            "app.kubernetes.io/name=" + component,
                            "--tail=25",
                            "--prefix")
                    .all());
        }
        text.append("\n--- pods of tenants and control planes that are not Running\n")
                .append(admin.attempt(
                                "get",
                                "pods",
                                "-A",
                                "-l",
                                "tenancy.x-k8s.io/controlled=true",
                                "--field-selector",
                                "status.phase!=Running,status.phase!=Succeeded",
                                "-o",
                                "wide")
                        .all());
        text.append("\n--- latest warnings\n");
        admin
                .attempt("get", "events", "-A", "--field-selector", "type=Warning", "--sort-by=.lastTimestamp")
                .out()
                .lines()
                .toList()
                .reversed()
                .stream()
                .limit(15)
                .forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
