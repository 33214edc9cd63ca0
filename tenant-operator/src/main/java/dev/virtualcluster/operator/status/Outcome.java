// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.status;

import java.time.Duration;
import java.util.Optional;

/** How far one aspect of a tenant is. */
public sealed interface Outcome {

    /** One CamelCase word. */
    String reason();

    /** In words. */
    String message();

    /** As it should be. */
    record Ready(String reason, String message) implements Outcome {}

    /**
     * On its way: needs nobody.
     *
     * @param lookAgain when to look again although nothing was seen to change; empty when a watch tells
     */
    record Waiting(String reason, String message, Optional<Duration> lookAgain) implements Outcome {}

    /**
     * Stuck until a person changes something; the message says what.
     *
     * @param lookAgain when to look again although nothing was seen to change; empty when a watch tells
     */
    record Blocked(String reason, String message, Optional<Duration> lookAgain) implements Outcome {}

    /** Whether later aspects may build upon this one. */
    default boolean isReady() {
        return this instanceof Ready;
    }

    /** When to look again although nothing was seen to change. */
    default Optional<Duration> nextLook() {
        return switch (this) {
            case Ready ready -> Optional.empty();
            case Waiting waiting -> waiting.lookAgain;
            case Blocked blocked -> blocked.lookAgain;
        };
    }

    /** As it should be. */
    static Outcome ready(String reason, String message) {
        return new Ready(reason, message);
    }

    /** On its way; a watch will tell. */
    static Outcome waiting(String reason, String message) {
        return new Waiting(reason, message, Optional.empty());
    }

    /** On its way; to be looked at again after {@code delay}. */
    static Outcome waiting(String reason, String message, Duration delay) {
        return new Waiting(reason, message, Optional.of(delay));
    }

    /** Stuck until a person changes something; a watch will tell. */
    static Outcome blocked(String reason, String message) {
        return new Blocked(reason, message, Optional.empty());
    }

    /** Stuck until a person changes something that no watch shows; to be looked at again after {@code delay}. */
    static Outcome blocked(String reason, String message, Duration delay) {
        return new Blocked(reason, message, Optional.of(delay));
    }
}
