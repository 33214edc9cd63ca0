// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Sends exactly the bytes it is given over TLS; no client library that would put them right. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final SSLSocket socket;

    /** Connects and shakes hands. */
    public RawClient(SSLContext tls, int port) throws IOException {
        socket = (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.ofLiteral("127.0.0.1"), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.startHandshake();
    }

    /** Sends text, a char a byte. */
    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes. */
    public RawClient send(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Reads up to the blank line. */
    public String readHead() throws IOException {
        return FakeKubelet.readHead(socket.getInputStream());
    }

    /** Reads exactly {@code count} bytes. */
    public byte[] read(int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new IOException("closed after " + bytes.length + " bytes");
        }
        return bytes;
    }

    /** Reads until the other side closes. */
    public String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** The stream behind {@link #read}. */
    public InputStream in() throws IOException {
        return socket.getInputStream();
    }

    /** Says that nothing more will be sent, while still reading. */
    public void finishSending() throws IOException {
        socket.shutdownOutput();
    }

    /** Goes away in the middle of something. */
    public void leave() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
