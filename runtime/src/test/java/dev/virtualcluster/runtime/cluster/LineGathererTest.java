// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LineGathererTest {
    private final LineGatherer gatherer = new LineGatherer();

    @Test
    void gathersALineFromManyChunks() {
        assertThat(add("a")).isEmpty();
        assertThat(gatherer.begun()).isEqualTo(1);
        assertThat(add("")).isEmpty();
        assertThat(add("bc")).isEmpty();
        assertThat(add("d\n\nef\ng")).containsExactly("abcd", "", "ef");
        assertThat(gatherer.begun()).isEqualTo(1);
        assertThat(add("\n")).containsExactly("g");
        assertThat(gatherer.begun()).isZero();
    }

    @Test
    void keepsCharactersThatChunksCutInTwo() {
        byte[] line = "é€😀\n".getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut < line.length; cut++) {
            List<byte[]> lines = new ArrayList<>(gatherer.add(ByteBuffer.wrap(line, 0, cut)));
            lines.addAll(gatherer.add(ByteBuffer.wrap(line, cut, line.length - cut)));

            assertThat(lines).as("cut at %d", cut).singleElement().isEqualTo(Arrays.copyOf(line, line.length - 1));
        }
    }

    @Test
    void readsOnlyBetweenPositionAndLimit() {
        ByteBuffer window = ByteBuffer.wrap("\nab\n\n".getBytes(StandardCharsets.UTF_8), 1, 3);

        assertThat(text(gatherer.add(window))).containsExactly("ab");
        assertThat(window.hasRemaining()).isFalse();
    }

    @Test
    void readsSlicesAndMemoryOutsideOfTheHeap() {
        ByteBuffer slice = ByteBuffer.wrap("xxab\nc".getBytes(StandardCharsets.UTF_8), 2, 4)
                .slice();
        ByteBuffer direct = ByteBuffer.allocateDirect(4)
                .put("d\nef".getBytes(StandardCharsets.UTF_8))
                .flip();

        assertThat(text(gatherer.add(slice))).containsExactly("ab");
        assertThat(text(gatherer.add(direct))).containsExactly("cd");
        assertThat(gatherer.begun()).isEqualTo(2);
    }

    @Property(tries = 1000)
    void linesDoNotDependOnWhereChunksEnd(
            @ForAll @Size(max = 40) List<@IntRange(min = 9, max = 12) Integer> values,
            @ForAll @Size(max = 6) List<@IntRange(max = 40) Integer> cuts) {
        byte[] bytes = new byte[values.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = values.get(i).byteValue();
        }
        LineGatherer whole = new LineGatherer();
        List<byte[]> expected = whole.add(ByteBuffer.wrap(bytes));

        LineGatherer other = new LineGatherer();
        List<byte[]> actual = new ArrayList<>();
        int from = 0;
        for (int cut : cuts.stream().sorted().toList()) {
            int to = Math.min(cut, bytes.length);
            actual.addAll(other.add(ByteBuffer.wrap(bytes, from, to - from)));
            from = to;
        }
        actual.addAll(other.add(ByteBuffer.wrap(bytes, from, bytes.length - from)));

        assertThat(actual).containsExactlyElementsOf(expected);
        assertThat(other.begun()).isEqualTo(whole.begun());
    }

    private List<String> add(String text) {
        return text(gatherer.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    private static List<String> text(List<byte[]> lines) {
        return lines.stream()
                .map(line -> new String(line, StandardCharsets.UTF_8))
                .toList();
    }
}
