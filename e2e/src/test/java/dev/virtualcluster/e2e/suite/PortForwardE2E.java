// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kubectl port-forward} carries ten megabytes each way unharmed. */
@ExtendWith(Stage.class)
class PortForwardE2E {
    private static final int SIZE = 10_000_000;
    private static Workspace workspace;

    @BeforeAll
    static void pod() throws Exception {
        workspace = Workspace.of(Stage.red(), "forward");
        // One connection at a time: socat sends back what it hears.
        workspace.applyAndWait(
                Pods.script("echo", "Always", "exec socat TCP-LISTEN:7000,fork,reuseaddr EXEC:cat"), "echo");
    }

    @AfterAll
    static void clean() throws Exception {
        workspace.close();
    }

    @Test
    void tenMegabytesEachWay() throws Exception {
        Process forward = workspace.command("port-forward", "pod/echo", ":7000").start();
        try {
            int port = port(forward.inputReader());
            byte[] sent = new byte[SIZE];
            new Random(7).nextBytes(sent);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(60_000);
                Thread.ofVirtual().start(() -> {
                    try {
                        socket.getOutputStream().write(sent);
                        socket.getOutputStream().flush();
                    } catch (java.io.IOException e) {
                        // The reader below sees the connection's end and fails the test.
                    }
                });
                byte[] received = socket.getInputStream().readNBytes(SIZE);
                assertThat(digest(received)).isEqualTo(digest(sent));
            }
        } finally {
            forward.destroy();
        }
    }

    private static int port(BufferedReader reader) throws java.io.IOException {
        Pattern pattern = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            Matcher matcher = pattern.matcher(line);
            if (matcher.find()) {
                return Integer.parseInt(matcher.group(1));
            }
        }
        throw new AssertionError("kubectl port-forward ended without forwarding");
    }

    private static String digest(byte[] bytes) throws java.security.NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
