// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes managedFields out of an object's JSON before it is parsed. They are half of a pod's bytes, and nobody here reads
 * them; the names in them contain what they are keys of, so that nearly every object has names the parser has not seen,
 * for each of which it copies its whole table. What is not written as expected stays as it is, for the parser to judge.
 */
final class ManagedFields {
    private static final byte[] OBJECT = name("object");
    private static final byte[] METADATA = name("metadata");
    private static final byte[] MANAGED_FIELDS = name("managedFields");

    private static final int END = -1;

    private final byte[] json;
    private int at;
    /** Where the member begins that {@link #enter} has found, behind the brace or comma before it. */
    private int member;

    private ManagedFields(byte[] json) {
        this.json = json;
    }

    /** The object without them; the same bytes when it has none. */
    static byte[] cutFromObject(byte[] object) {
        ManagedFields scan = new ManagedFields(object);
        return scan.enter(METADATA) && scan.enter(MANAGED_FIELDS) ? scan.withoutMember() : object;
    }

    /** An event of a watch, its object without them; the same bytes when it has none. */
    static byte[] cutFromEvent(byte[] event) {
        ManagedFields scan = new ManagedFields(event);
        return scan.enter(OBJECT) && scan.enter(METADATA) && scan.enter(MANAGED_FIELDS) ? scan.withoutMember() : event;
    }

    private byte[] withoutMember() {
        if (!skipValue()) {
            return json;
        }
        int from = member;
        int to = at;
        if (next() == ',') {
            to = at;
        } else if (json[from - 1] == ',') {
            from--;
        }
        byte[] rest = Arrays.copyOf(json, json.length - (to - from));
        System.arraycopy(json, to, rest, from, json.length - to);
        return rest;
    }

    /** Goes to the value of the object's member of this name; false when it has none, or this is no object. */
    private boolean enter(byte[] name) {
        if (next() != '{') {
            return false;
        }
        do {
            member = at;
            if (next() != '"') {
                return false;
            }
            boolean isIt = startsWith(name);
            skipString();
            if (next() != ':') {
                return false;
            }
            if (isIt) {
                return true;
            }
        } while (skipValue() && next() == ',');
        return false;
    }

    private boolean startsWith(byte[] name) {
        return at + name.length <= json.length && Arrays.equals(json, at, at + name.length, name, 0, name.length);
    }

    /** The next byte that is not blank, which is then behind us. */
    private int next() {
        while (at < json.length) {
            byte c = json[at++];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return c;
            }
        }
        return END;
    }

    /** False when the text ends first. */
    private boolean skipValue() {
        int c = next();
        if (c == '"') {
            return skipString();
        }
        if (c == '{' || c == '[') {
            return skipNested();
        }
        while (at < json.length && ",}] \n\r\t".indexOf(json[at]) < 0) {
            at++;
        }
        return at < json.length;
    }

    /** From behind an opening bracket to behind the one that closes it. */
    private boolean skipNested() {
        int depth = 1;
        while (at < json.length) {
            switch (json[at++]) {
                case '"' -> skipString();
                case '{', '[' -> depth++;
                case '}', ']' -> {
                    depth--;
                    if (depth == 0) {
                        return true;
                    }
                }
                default -> {
                    // Names and values without structure.
                }
            }
        }
        return false;
    }

    /** From behind the opening quote to behind the closing one. */
    private boolean skipString() {
        while (at < json.length) {
            byte c = json[at++];
            if (c == '"') {
                return true;
            }
            if (c == '\\') {
                at++;
            }
        }
        return false;
    }

    /** With its closing quote, behind an opening one, so that longer names do not match. */
    private static byte[] name(String name) {
        return (name + '"').getBytes(StandardCharsets.US_ASCII);
    }
}
