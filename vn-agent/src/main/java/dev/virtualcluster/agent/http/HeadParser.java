// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads message heads. Stricter than RFC 9112 allows a server to be: no bare line feeds, no folded lines, no blanks before a colon, no
 * empty lines in front, HTTP/1.1 only. One message has one reading, so the kubelet behind the agent cannot see another request than
 * the one that was judged here. Pure functions.
 */
public final class HeadParser {
    /** How many header lines a head may have. */
    static final int MOST_LINES = 100;

    private HeadParser() {}

    /** The request in {@code bytes}, which end with the blank line. */
    public static RequestHead request(byte[] bytes) {
        List<String> lines = lines(bytes);
        String[] parts = lines.getFirst().split(" ", -1);
        if (parts.length != 3) {
            throw malformed("the request line must be a method, a target and a version, with one blank between them");
        }
        if (!parts[2].equals("HTTP/1.1")) {
            throw new RefusedException(505, RefusalReason.MALFORMED, "only HTTP/1.1 is spoken here");
        }
        if (!isToken(parts[0])) {
            throw malformed("the method is not a token");
        }
        String target = parts[1];
        if (!target.startsWith("/") || target.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '#')) {
            throw malformed("the target must be a path in plain ASCII");
        }
        RequestHead head = new RequestHead(parts[0], target, headers(lines));
        refuseBodies(head.headers());
        if (head.headers().all("host").size() != 1) {
            throw malformed("there must be exactly one Host header");
        }
        return head;
    }

    /** The response in {@code bytes}, which end with the blank line. Failures are those of the peer behind the agent. */
    public static ResponseHead response(byte[] bytes) {
        try {
            List<String> lines = lines(bytes);
            String[] parts = lines.getFirst().split(" ", 3);
            if (parts.length < 2 || !parts[0].equals("HTTP/1.1") || !parts[1].matches("[1-5][0-9]{2}")) {
                throw malformed("no status line");
            }
            Headers headers = headers(lines);
            if (headers.all("content-length").size() > 1
                    || (headers.has("content-length") && headers.has("transfer-encoding"))) {
                throw malformed("two lengths");
            }
            return new ResponseHead(Integer.parseInt(parts[1]), parts.length == 3 ? parts[2] : "", headers);
        } catch (RefusedException e) {
            throw new RefusedException(
                    RefusalReason.KUBELET_ANSWER, "the kubelet's answer could not be read (" + e.text() + ")");
        }
    }

    /** No request the agent serves has a body; one that announces a body, in whatever way, is refused before anything is read of it. */
    private static void refuseBodies(Headers headers) {
        if (headers.has("transfer-encoding")) {
            throw malformed("Transfer-Encoding is not accepted: requests here have no body");
        }
        List<String> lengths = headers.all("content-length");
        if (lengths.size() > 1) {
            throw malformed("more than one Content-Length");
        }
        if (lengths.size() == 1 && !lengths.getFirst().equals("0")) {
            throw malformed("requests here have no body");
        }
        if (headers.has("expect")) {
            throw new RefusedException(417, RefusalReason.MALFORMED, "Expect is not supported");
        }
        if (headers.has("trailer") || (headers.has("te") && !headers.hasToken("te", "trailers"))) {
            throw malformed("trailers are not accepted");
        }
    }

    private static List<String> lines(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r\n\r\n")) {
            throw malformed("the head does not end with an empty line");
        }
        List<String> lines = List.of(text.substring(0, text.length() - 4).split("\r\n", -1));
        for (String line : lines) {
            if (line.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
                throw malformed("a control character in the head");
            }
            if (line.isEmpty()) {
                throw malformed("an empty line in the head");
            }
        }
        if (lines.size() - 1 > MOST_LINES) {
            throw new RefusedException(RefusalReason.TOO_LARGE, "more than " + MOST_LINES + " header lines");
        }
        return lines;
    }

    private static Headers headers(List<String> lines) {
        List<Headers.Line> headers = new ArrayList<>(lines.size());
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon < 1 || !isToken(line.substring(0, colon))) {
                throw malformed("a header line has no proper name");
            }
            headers.add(new Headers.Line(line.substring(0, colon), trimmed(line.substring(colon + 1))));
        }
        return new Headers(headers);
    }

    /** Without optional white space (RFC 9110: blanks and tabs, nothing else). */
    private static String trimmed(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && isBlank(value.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(value.charAt(to - 1))) {
            to--;
        }
        return value.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(HeadParser::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static RefusedException malformed(String message) {
        return new RefusedException(RefusalReason.MALFORMED, message);
    }
}
