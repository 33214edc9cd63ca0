// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.logging;

/** The only place where keys of log records and of the diagnostic context are spelled. */
public final class LogKeys {
    public static final String TENANT = "tenant";
    public static final String CLUSTER = "cluster";
    public static final String KIND = "kind";
    public static final String NAMESPACE = "namespace";
    public static final String NAME = "name";
    public static final String UID = "uid";
    public static final String KEY = "key";
    public static final String LOOP = "loop";
    public static final String RECONCILE = "reconcile";
    public static final String ATTEMPT = "attempt";
    public static final String CATEGORY = "category";
    public static final String REASON = "reason";
    public static final String ERROR = "error";
    public static final String DURATION = "duration";
    public static final String IDENTITY = "identity";
    public static final String LEASE = "lease";
    public static final String FILE = "file";
    public static final String ADDRESS = "address";
    public static final String PROCESS = "process";
    public static final String VERSION = "version";
    public static final String COUNT = "count";

    private LogKeys() {}
}
