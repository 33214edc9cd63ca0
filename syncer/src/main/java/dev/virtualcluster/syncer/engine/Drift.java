// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

import java.util.Locale;

/** How two worlds can differ in one object; the label of the patrol's counters. */
public enum Drift {
    /** The tenant has it, the super cluster lacks it. */
    MISSING,
    /** The super cluster has it, the tenant does not. */
    EXTRA,
    /** The super object was made for an earlier tenant object of that name. */
    OTHER_UID,
    /** What the tenant asks for is not what the super cluster holds. */
    DESIRED,
    /** What the super cluster reports is not what the tenant shows. */
    STATUS;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
