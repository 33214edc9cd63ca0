// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes the agent's own answers: plain text, closed after. Pure functions. */
public final class Answers {
    private static final Map<Integer, String> PHRASES = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(408, "Request Timeout"),
            Map.entry(417, "Expectation Failed"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(502, "Bad Gateway"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(504, "Gateway Timeout"),
            Map.entry(505, "HTTP Version Not Supported"));

    private Answers() {}

    /** A whole response with {@code text} as its body. */
    public static byte[] plain(int status, String text) {
        return withBody(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** A whole response with {@code body}. */
    public static byte[] withBody(int status, String contentType, byte[] body) {
        String retry = status == 429 || status == 503 ? "Retry-After: 1\r\n" : "";
        byte[] head = ("HTTP/1.1 " + status + " " + phrase(status) + "\r\nContent-Type: " + contentType
                        + "\r\nX-Content-Type-Options: nosniff\r\n" + retry + "Content-Length: " + body.length
                        + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = new byte[head.length + body.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }

    /** A status line and {@code headers}, with the blank line. */
    public static byte[] head(int status, Headers headers) {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " " + phrase(status) + "\r\n");
        headers.lines()
                .forEach(line -> text.append(line.name())
                        .append(": ")
                        .append(line.value())
                        .append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String phrase(int status) {
        return status == 101 ? "Switching Protocols" : PHRASES.getOrDefault(status, "Status " + status);
    }
}
