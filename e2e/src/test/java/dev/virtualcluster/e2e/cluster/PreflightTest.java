// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each lack of a machine is one sentence that says what to do. The machine is made of programs that lie. */
class PreflightTest {
    private static final Path SCRIPTS = ClusterSettings.checkoutOf(Path.of("")).resolve("e2e");

    @TempDir
    private Path machine;

    private record Said(int code, String text) {}

    @BeforeEach
    void aMachineThatHasEverything() throws IOException {
        program("id", "echo 0");
        program("uname", "echo Linux");
        program("apt-get", "exit 0");
        program("go", "echo go1.26.8");
        program("df", "echo header; echo '/dev/x 100000000 1 90000000 1% /'");
        Files.writeString(machine.resolve("meminfo"), "MemTotal:       25000000 kB\n");
        jdk("jdk25", "25.0.3");
    }

    @Test
    void aGoodMachineIsPassedInSilence() throws Exception {
        assertThat(preflight()).isEqualTo(new Said(0, ""));
    }

    @Test
    void withoutRoot() throws Exception {
        program("id", "echo 1000");

        refuses("needs root", "sudo env PATH=\"$PATH\" make", "PROVIDER=k3s", "PROVIDER=existing");
    }

    @Test
    void onAnotherDistribution() throws Exception {
        Files.delete(machine.resolve("bin/apt-get"));

        refuses("Debian or Ubuntu", "PROVIDER=existing");
    }

    @Test
    void onAnotherSystem() throws Exception {
        program("uname", "echo Darwin");

        refuses("needs Linux", "PROVIDER=k3s");
    }

    @Test
    void withoutGo() throws Exception {
        Files.delete(machine.resolve("bin/go"));

        refuses("Go is not installed", "https://go.dev/dl", "PROVIDER=k3s");
    }

    @Test
    void withAnOldGo() throws Exception {
        program("go", "echo go1.21.3");

        refuses("Go 1.21.3 is too old", "https://go.dev/dl");
    }

    @Test
    void withAGoThatIsNewEnoughForKubernetesAlone() throws Exception {
        program("go", "echo go1.26.0");

        refuses("Go 1.26.0 is too old", "install Go 1.26.6 or newer");
    }

    @Test
    void withoutAJdk25() throws Exception {
        jdk("jdk25", "17.0.15");

        refuses("No JDK 25", "JAVA_HOME");
    }

    @Test
    void withLittleMemory() throws Exception {
        Files.writeString(machine.resolve("meminfo"), "MemTotal:       4000000 kB\n");

        refuses("3 GB of memory", "needs 6");
    }

    @Test
    void withLittleDisk() throws Exception {
        program("df", "echo header; echo '/dev/x 100000000 1 9000000 1% /'");

        refuses("8 GB free", "needs 20", "VC_CACHE");
    }

    @Test
    void withLittleDiskButEverythingBuilt() throws Exception {
        program("df", "echo header; echo '/dev/x 100000000 1 9000000 1% /'");
        Path built = Files.createDirectories(machine.resolve("cache/bin/kubernetes-v1"));
        Files.writeString(built.resolve("SHA256SUMS"), "");

        assertThat(preflight()).isEqualTo(new Said(0, ""));
    }

    @Test
    void aJdkInTheUsersFolderIsFoundThoughAnOlderOneIsFirst() throws Exception {
        jdk("jdk25", "17.0.15");
        jdk("home/.sdkman/candidates/java/25.0.1-tem", "25.0.1");

        Said said = run(List.of("/bin/bash", SCRIPTS.resolve("jdk.sh").toString()));

        assertThat(said.code()).isZero();
        assertThat(said.text()).endsWith(".sdkman/candidates/java/25.0.1-tem\n");
    }

    private void refuses(String... words) throws Exception {
        Said said = preflight();
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.text().strip().lines()).as("one sentence").hasSize(1);
        assertThat(said.text()).contains(words);
    }

    private Said preflight() throws Exception {
        return run(List.of("/bin/bash", SCRIPTS.resolve("preflight.sh").toString(), "machine"));
    }

    private Said run(List<String> command) throws Exception {
        for (String tool : List.of("bash", "dirname", "readlink", "sed", "awk", "sort", "head", "tail", "cat")) {
            if (!Files.exists(machine.resolve("bin").resolve(tool))) {
                program(tool, "exec /usr/bin/" + tool + " \"$@\"");
            }
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH", machine.resolve("bin").toString(),
                        "HOME", machine.resolve("home").toString(),
                        "JAVA_HOME", machine.resolve("jdk25").toString(),
                        "VC_JDK_PLACES",
                                machine.resolve("home/.sdkman/candidates/java").toString(),
                        "VC_CACHE", machine.resolve("cache").toString(),
                        "VC_MEMINFO", machine.resolve("meminfo").toString()));
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    private void program(String name, String body) throws IOException {
        Path file = machine.resolve("bin").resolve(name);
        Files.createDirectories(machine.resolve("bin"));
        Files.writeString(file, "#!/bin/bash\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void jdk(String folder, String version) throws IOException {
        Path home = machine.resolve(folder);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        Path compiler = home.resolve("bin/javac");
        if (!Files.exists(compiler)) {
            Files.createFile(
                    compiler, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
    }
}
