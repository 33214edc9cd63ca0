// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A TLS server that reads a head, remembers it byte by byte, and then plays whatever script the test gives it. */
public final class FakeKubelet implements AutoCloseable {
    private final SSLServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final Set<SSLSocket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Script script = (in, out) -> write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

    /** What happens after the head has been read; the connection is closed when it returns. */
    @FunctionalInterface
    public interface Script {
        /** Plays. */
        void play(InputStream in, OutputStream out) throws IOException;
    }

    /** Listens on the loopback address. */
    public FakeKubelet(SSLContext tls) throws IOException {
        server = (SSLServerSocket)
                tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        threads.execute(this::accept);
    }

    /** The port it listens on. */
    public int port() {
        return server.getLocalPort();
    }

    /** The heads of all requests so far, raw. */
    public List<String> heads() {
        return heads;
    }

    /** Plays {@code next} from the next connection on. */
    public void plays(Script next) {
        script = next;
    }

    /** Writes text, a char a byte. */
    public static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket socket = (SSLSocket) server.accept();
                sockets.add(socket);
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(SSLSocket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            heads.add(readHead(in));
            script.play(in, socket.getOutputStream());
        } catch (IOException e) {
            // The test's other end went away: what it expects is asserted there.
            sockets.remove(socket);
        }
    }

    /** Reads up to the blank line. */
    public static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed within the head");
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SSLSocket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
