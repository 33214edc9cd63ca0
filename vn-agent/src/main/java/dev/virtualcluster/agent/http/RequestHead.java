// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.http;

/**
 * A request up to its blank line.
 *
 * @param method the method, upper case as sent
 * @param target the target exactly as sent: origin form, never decoded
 * @param headers the header lines
 */
public record RequestHead(String method, String target, Headers headers) {

    /** The path part of the target, raw. */
    public String rawPath() {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /** The query part of the target, raw, without the question mark; empty when there is none. */
    public String rawQuery() {
        int question = target.indexOf('?');
        return question < 0 ? "" : target.substring(question + 1);
    }
}
