// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.logging;

/** The beginning of a text that somebody else wrote, who may not know when to stop: for logs, conditions and messages. */
public final class Excerpt {
    private static final int LONGEST = 1000;

    private Excerpt() {}

    /** The text itself, or its first thousand characters and how many are left out. */
    public static String of(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "... (" + (text.length() - end) + " more characters)";
    }
}
