// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** An HTTP server on a real socket whose answers need not end. */
public final class HostileServer implements AutoCloseable {
    private static final byte[] FILLER = new byte[64 * 1024];

    static {
        Arrays.fill(FILLER, (byte) ' ');
    }

    private final ServerSocket listener;
    private final Function<String, Answer> answers;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong sent = new AtomicLong();

    /**
     * What is sent: a text, white space, a text.
     *
     * @param filler bytes of white space; {@link Long#MAX_VALUE} for no end, negative for silence instead
     */
    public record Answer(String beginning, long filler, String end) {
        /** An answer that ends at once. */
        public static Answer of(String text) {
            return new Answer(text, 0, "");
        }

        /** An answer that goes on for ever. */
        public static Answer endless(String beginning) {
            return new Answer(beginning, Long.MAX_VALUE, "");
        }

        /** An answer after whose beginning nothing comes. */
        public static Answer stalled(String beginning) {
            return new Answer(beginning, -1, "");
        }
    }

    private HostileServer(Function<String, Answer> answers) throws IOException {
        this.answers = answers;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** Answers by the path and query of the request. */
    public static HostileServer start(Function<String, Answer> answers) throws IOException {
        HostileServer server = new HostileServer(answers);
        Thread.ofVirtual().name("hostile").start(server::accept);
        return server;
    }

    /** Where it listens. */
    public String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** Bytes of white space sent so far. */
    public long sent() {
        return sent.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String request = in.readLine();
            String header = in.readLine();
            while (header != null && !header.isEmpty()) {
                header = in.readLine();
            }
            if (request != null) {
                answer(answers.apply(request.split(" ", -1)[1]), socket, in);
            }
        } catch (IOException e) {
            // The client has had enough.
        }
    }

    private void answer(Answer answer, Socket socket, BufferedReader in) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        out.write(answer.beginning().getBytes(StandardCharsets.UTF_8));
        if (answer.filler() < 0) {
            // Until the client goes.
            var ignored = in.read();
        }
        for (long left = answer.filler(); left > 0; left -= FILLER.length) {
            out.write(FILLER);
            sent.addAndGet(FILLER.length);
        }
        out.write(answer.end().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
