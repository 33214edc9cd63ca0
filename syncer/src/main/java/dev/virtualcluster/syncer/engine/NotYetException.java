// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.engine;

/** Something that must come first is on its way; the engine comes back soon, without counting it as a failure. */
public final class NotYetException extends Exception {
    public NotYetException(String message) {
        super(message);
    }
}
