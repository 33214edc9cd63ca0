// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import dev.virtualcluster.e2e.demo.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Our processes as this machine sees them, whose kernel the local cluster's nodes share. */
final class OurProcesses {
    private OurProcesses() {}

    /** Numbers of the processes of that main class that run in pods. */
    static List<String> inPods(String mainClass) throws Exception {
        List<String> found = new ArrayList<>();
        for (String pid : Command.of("pgrep", "-f", mainClass.replace(".", "\\."))
                .run()
                .out()
                .lines()
                .toList()) {
            Path cgroup = Path.of("/proc", pid, "cgroup");
            if (Files.exists(cgroup) && Files.readString(cgroup).contains("kubepods")) {
                found.add(pid);
            }
        }
        return found;
    }
}
