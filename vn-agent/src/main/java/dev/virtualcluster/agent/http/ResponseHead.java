// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.http;

/**
 * A response up to its blank line.
 *
 * @param status the three digits
 * @param reason the reason phrase, possibly empty
 * @param headers the header lines
 */
public record ResponseHead(int status, String reason, Headers headers) {}
