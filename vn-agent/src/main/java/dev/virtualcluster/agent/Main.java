// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent;

import dev.virtualcluster.runtime.process.ProcessMain;
import java.time.Clock;

/** Starts the node agent. */
public final class Main {
    private Main() {}

    /** Runs until a signal; {@code --help} lists the flags. */
    public static void main(String... args) {
        System.exit(ProcessMain.run("vn-agent", new AgentCommand(Clock.systemUTC(), System::nanoTime), args));
    }
}
