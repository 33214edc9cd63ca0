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
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        List<byte[]> ended = new ArrayList<>(1);
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                ended.add(line(bytes, start, i));
                start = i + 1;
            }
        }
        keep(bytes, start);
        return ended;
    }

    /** How many bytes there are of the line that has begun. */
    int begun() {
        return length;
    }

    private byte[] line(byte[] bytes, int start, int end) {
        byte[] line = Arrays.copyOf(begun, length + end - start);
        System.arraycopy(bytes, start, line, length, end - start);
        begun = NOTHING;
        length = 0;
        return line;
    }

    private void keep(byte[] bytes, int start) {
        int more = bytes.length - start;
        if (more > begun.length - length) {
            begun = Arrays.copyOf(begun, Math.max(length + more, 2 * length));
        }
        System.arraycopy(bytes, start, begun, length, more);
        length += more;
    }
}
