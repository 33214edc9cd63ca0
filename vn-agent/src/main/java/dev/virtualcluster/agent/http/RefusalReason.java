// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.http;

/** Every way in which the agent says no. The list is closed, so that it can be a metric's label. */
public enum RefusalReason {
    /** Not HTTP/1.1 as the agent reads it, or ambiguous (smuggling). */
    MALFORMED("malformed", 400),
    /** The head did not arrive in time. */
    SLOW("slow", 408),
    /** The head, or its list of headers, is too large. */
    TOO_LARGE("too_large", 431),
    /** The certificate names no tenant, or one that does not exist (any more). */
    IDENTITY("identity", 403),
    /** The path is not on the list of what the agent serves. */
    PATH("path", 403),
    /** The method does not fit the path. */
    METHOD("method", 405),
    /** A query key or value that the endpoint does not know. */
    QUERY("query", 400),
    /** The pod or container is not there, or not the tenant's. */
    NOT_FOUND("not_found", 404),
    /** No upgrade was asked for where one is needed, or to a protocol that is not carried. */
    UPGRADE("upgrade", 400),
    /** The tenant has as many streams as it may have. */
    TENANT_LIMIT("tenant_limit", 429),
    /** The super cluster's API server could not be asked. */
    UNAVAILABLE("unavailable", 503),
    /** The kubelet could not be reached or was not the kubelet. */
    KUBELET("kubelet", 502),
    /** The kubelet answered with something that is not passed on. */
    KUBELET_ANSWER("kubelet_answer", 502);

    private final String label;
    private final int status;

    RefusalReason(String label, int status) {
        this.label = label;
        this.status = status;
    }

    /** The value of the metric's label. */
    public String label() {
        return label;
    }

    /** The HTTP status with which it is usually answered. */
    public int status() {
        return status;
    }
}
