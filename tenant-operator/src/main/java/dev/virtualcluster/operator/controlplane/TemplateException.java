// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

/** A ClusterVersion that cannot become a control plane; the user must change it. */
public final class TemplateException extends RuntimeException {
    private final String fieldPath;

    /**
     * Names what is wrong where.
     *
     * @param fieldPath path of the field inside the ClusterVersion, such as {@code spec.etcd.statefulset}
     * @param message what is wrong with it and what to write instead
     */
    public TemplateException(String fieldPath, String message) {
        super(fieldPath + ": " + message);
        this.fieldPath = fieldPath;
    }

    /** Path of the field inside the ClusterVersion. */
    public String fieldPath() {
        return fieldPath;
    }
}
