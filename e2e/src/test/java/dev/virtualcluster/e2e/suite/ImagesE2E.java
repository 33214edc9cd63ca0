// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What our images hold beside the classes is used where they run. */
@ExtendWith(Stage.class)
class ImagesE2E {
    /** A process that cannot use it, for another time of a jar is enough, says nothing and takes more memory. */
    @Test
    void theSyncerMapsTheClassDataOfItsImage() throws Exception {
        List<String> syncers = OurProcesses.inPods("dev.virtualcluster.syncer.Main");

        assertThat(syncers).isNotEmpty();
        for (String pid : syncers) {
            assertThat(Files.readString(Path.of("/proc", pid, "maps"))).contains("/app/classes.jsa");
        }
    }
}
