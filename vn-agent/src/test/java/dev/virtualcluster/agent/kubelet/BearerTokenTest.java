// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BearerTokenTest {
    @TempDir
    private Path folder;

    private final AtomicLong now = new AtomicLong();

    @Test
    void readsTheFileAgainNowAndThen() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "one\n");
        BearerToken token = new BearerToken(file, now::get);
        assertThat(token.value()).isEqualTo("one");
        Files.writeString(file, "two");
        assertThat(token.value()).isEqualTo("one");
        now.addAndGet(Duration.ofSeconds(11).toNanos());
        assertThat(token.value()).isEqualTo("two");
    }

    @Test
    void readsTheFileAtOnceWhenTheKubeletRefusedIt() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "one");
        BearerToken token = new BearerToken(file, now::get);
        assertThat(token.value()).isEqualTo("one");
        Files.writeString(file, "two");
        token.refused();
        assertThat(token.value()).isEqualTo("two");
    }

    @Test
    void keepsTheLastOneWhileTheFileIsAway() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "one");
        BearerToken token = new BearerToken(file, now::get);
        assertThat(token.value()).isEqualTo("one");
        Files.delete(file);
        now.addAndGet(Duration.ofSeconds(11).toNanos());
        assertThat(token.value()).isEqualTo("one");
    }

    @Test
    void takesNothingThatCouldEndAHeader() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "one\r\nX-Evil: 1");
        assertThatThrownBy(() -> new BearerToken(file, now::get).value()).isInstanceOf(IOException.class);
        assertThat(new BearerToken(file, now::get)).hasToString("BearerToken[" + file + ", ***]");
    }
}
