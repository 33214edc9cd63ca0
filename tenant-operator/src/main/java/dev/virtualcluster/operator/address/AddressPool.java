// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.address;

import dev.virtualcluster.runtime.addresses.Cidr;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The range out of which tenants get their slices.
 *
 * @param range the whole pool
 * @param slicePrefix prefix length of one slice
 */
public record AddressPool(Cidr range, int slicePrefix) {
    /** A slice has room for the API server, DNS and some Services. */
    private static final int MIN_HOST_BITS = 4;
    /** Every address of a slice is reserved by an object of its own, so slices stay small. */
    private static final int MAX_HOST_BITS = 12;

    public AddressPool {
        int hostBits = range.bits() - slicePrefix;
        if (hostBits < MIN_HOST_BITS || hostBits > MAX_HOST_BITS || slicePrefix < range.prefix()) {
            throw new IllegalArgumentException("slices of /" + slicePrefix + " out of " + range
                    + ": a slice must lie within the pool and have a prefix between /"
                    + Math.max(range.prefix(), range.bits() - MAX_HOST_BITS) + " and /"
                    + (range.bits() - MIN_HOST_BITS));
        }
    }

    /** The slices that overlap nothing in {@code taken}, lowest first. */
    public Stream<Cidr> free(Collection<Cidr> taken) {
        return LongStream.range(0, range.count(slicePrefix))
                .mapToObj(index -> range.slice(slicePrefix, index))
                .filter(slice -> taken.stream().noneMatch(slice::overlaps));
    }

    /** Why {@code wanted} cannot be a tenant's slice, whoever asks; empty when it can. */
    public Optional<String> whyRefused(Cidr wanted) {
        if (!range.contains(wanted)) {
            return Optional.of(wanted + " does not lie within the pool " + range);
        }
        int hostBits = wanted.bits() - wanted.prefix();
        if (hostBits < MIN_HOST_BITS || hostBits > MAX_HOST_BITS) {
            return Optional.of(wanted + " is too " + (hostBits < MIN_HOST_BITS ? "small" : "big")
                    + ": a slice has a prefix between /" + (wanted.bits() - MAX_HOST_BITS) + " and /"
                    + (wanted.bits() - MIN_HOST_BITS));
        }
        return Optional.empty();
    }
}
