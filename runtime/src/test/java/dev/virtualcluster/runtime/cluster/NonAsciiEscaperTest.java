// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class NonAsciiEscaperTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** One, two, three and four bytes, beside each other and beside JSON's own escapes. */
    private static final String TEXT = "aé€😀 \\\\é\\\"€\\n😀😀\u07ff\u0800\uffff\uD800\uDC00\uDBFF\uDFFF";

    @Test
    void keepsTheMeaningAtEverySplitPosition() {
        byte[] bytes = document(TEXT);
        String expected = JSON.readTree(bytes).path("v").asString();
        for (int cut = 0; cut <= bytes.length; cut++) {
            String escaped = escape(part(bytes, 0, cut), part(bytes, cut, bytes.length));
            assertThat(JSON.readTree(escaped).path("v").asString())
                    .as("cut at %d", cut)
                    .isEqualTo(expected);
        }
    }

    @Test
    void keepsTheMeaningAtEveryPairOfSplitPositions() {
        byte[] bytes = document("x😀€é😀");
        String expected = JSON.readTree(bytes).path("v").asString();
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                String escaped =
                        escape(part(bytes, 0, first), part(bytes, first, second), part(bytes, second, bytes.length));
                assertThat(JSON.readTree(escaped).path("v").asString())
                        .as("cut at %d and %d", first, second)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void yieldsAsciiOnly() {
        assertThat(escape(document(TEXT))).matches("\\p{ASCII}*");
    }

    @Test
    void passesAsciiThroughWithoutACopy() {
        ByteBuffer ascii = ByteBuffer.wrap(document("plain"));

        assertThat(new NonAsciiEscaper().escape(List.of(ascii)).getFirst()).isSameAs(ascii);
    }

    @Test
    void readsOnlyBetweenPositionAndLimit() {
        byte[] padded = "é{\"v\":\"é\"}é".getBytes(StandardCharsets.UTF_8);
        ByteBuffer window = ByteBuffer.wrap(padded, 2, padded.length - 4);

        assertThat(text(new NonAsciiEscaper().escape(List.of(window)))).isEqualTo("{\"v\":\"\\u00e9\"}");
    }

    /** Decoders differ in how many replacements a broken sequence yields; what stands around it they must keep. */
    @Property(tries = 3000)
    void replacesWhatIsNotUtf8AndNothingElse(@ForAll @Size(max = 12) byte[] bytes) {
        StringBuilder expected = new StringBuilder();
        // The end makes a cut-off sequence malformed for the decoder and for us.
        byte[] closed = Arrays.copyOf(bytes, bytes.length + 1);
        closed[bytes.length] = 'z';
        for (char c : new String(closed, StandardCharsets.UTF_8).toCharArray()) {
            expected.append(c < 0x80 ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }

        assertThat(collapsed(escape(closed))).isEqualTo(collapsed(expected.toString()));
    }

    @Property(tries = 1000)
    void doesNotDependOnWhereChunksEnd(@ForAll @Size(max = 24) byte[] bytes, @ForAll @Size(max = 4) int[] cuts) {
        byte[][] parts = new byte[cuts.length + 1][];
        int[] sorted = Arrays.stream(cuts)
                .map(cut -> Math.floorMod(cut, bytes.length + 1))
                .sorted()
                .toArray();
        int from = 0;
        for (int i = 0; i <= sorted.length; i++) {
            int to = i < sorted.length ? sorted[i] : bytes.length;
            parts[i] = part(bytes, from, to);
            from = to;
        }

        assertThat(escape(parts)).isEqualTo(escape(bytes));
    }

    private static String collapsed(String text) {
        return text.replaceAll("(\\\\ufffd)+", "\\\\ufffd");
    }

    private static byte[] document(String text) {
        return ("{\"v\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] part(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static String escape(byte[]... chunks) {
        NonAsciiEscaper escaper = new NonAsciiEscaper();
        StringBuilder all = new StringBuilder();
        for (byte[] chunk : chunks) {
            all.append(text(escaper.escape(List.of(ByteBuffer.wrap(chunk)))));
        }
        return all.toString();
    }

    private static String text(List<ByteBuffer> buffers) {
        StringBuilder all = new StringBuilder();
        buffers.forEach(buffer -> all.append(StandardCharsets.ISO_8859_1.decode(buffer)));
        return all.toString();
    }
}
