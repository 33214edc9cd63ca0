// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a stream of bytes into its lines, whatever chunks it comes in. One stream per instance, one thread at a time. */
final class LineGatherer {
    private static final byte[] NOTHING = {};

    private byte[] begun = NOTHING;
    private int length;

    /** Reads the buffer to its end; the lines that ended in it, without their ends. */
    List<byte[]> add(ByteBuffer buffer) {
        if (!buffer.hasArray()) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return add(bytes, 0, bytes.length);
        }
        int start = buffer.arrayOffset() + buffer.position();
        int end = start + buffer.remaining();
        buffer.position(buffer.limit());
        return add(buffer.array(), start, end);
    }

    private List<byte[]> add(byte[] bytes, int from, int to) {
        List<byte[]> ended = new ArrayList<>(1);
        int start = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                ended.add(line(bytes, start, i));
                start = i + 1;
            }
        }
        keep(bytes, start, to);
        return ended;
    }

    /** How many bytes there are of the line that has begun. */
    int begun() {
        return length;
    }

    private byte[] line(byte[] bytes, int start, int end) {
        if (length == 0) {
            return Arrays.copyOfRange(bytes, start, end);
        }
        byte[] line = Arrays.copyOf(begun, length + end - start);
        System.arraycopy(bytes, start, line, length, end - start);
        begun = NOTHING;
        length = 0;
        return line;
    }

    private void keep(byte[] bytes, int start, int end) {
        int more = end - start;
        if (more > begun.length - length) {
            begun = Arrays.copyOf(begun, Math.max(length + more, 2 * length));
        }
        System.arraycopy(bytes, start, begun, length, more);
        length += more;
    }
}
