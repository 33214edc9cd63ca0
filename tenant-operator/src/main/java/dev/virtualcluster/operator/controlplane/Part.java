// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.Keys;

/** The three parts of a control plane, in the order in which one needs the other. */
public enum Part {
    /** The store. */
    ETCD(Keys.ETCD, "spec.etcd", ConditionTypes.ETCD_READY, "etcd"),
    /** The API server. */
    API_SERVER(Keys.API_SERVER, "spec.apiServer", ConditionTypes.API_SERVER_READY, "The API server"),
    /** The controller-manager. */
    CONTROLLER_MANAGER(
            Keys.CONTROLLER_MANAGER,
            "spec.controllerManager",
            ConditionTypes.CONTROLLER_MANAGER_READY,
            "The controller-manager");

    private final String objectName;
    private final String fieldPath;
    private final String conditionType;
    private final String title;

    Part(String objectName, String fieldPath, String conditionType, String title) {
        this.objectName = objectName;
        this.fieldPath = fieldPath;
        this.conditionType = conditionType;
        this.title = title;
    }

    /** Name of its StatefulSet. */
    public String objectName() {
        return objectName;
    }

    /** Where a ClusterVersion describes it. */
    public String fieldPath() {
        return fieldPath;
    }

    /** The condition that tells how it is. */
    public String conditionType() {
        return conditionType;
    }

    /** How many of its replicas must be ready for it to do its work: etcd's majority, one of the others. */
    public int needed(int replicas) {
        return this == ETCD ? replicas / 2 + 1 : 1;
    }

    /** Its name at the beginning of a sentence. */
    public String title() {
        return title;
    }
}
