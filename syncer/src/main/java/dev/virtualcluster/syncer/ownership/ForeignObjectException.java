// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.ownership;

/** Something not provably the tenant's stands where the tenant's object would be mirrored to. It is never touched. */
public final class ForeignObjectException extends RuntimeException {
    public ForeignObjectException(String message) {
        super(message);
    }
}
