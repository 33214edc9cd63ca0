// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.addresses;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A range of addresses, IPv4 or IPv6. Immutable.
 *
 * @param network the first address of the range as a number
 * @param prefix number of leading bits that all its addresses share
 * @param bits width of its addresses: 32 or 128
 */
public record Cidr(BigInteger network, int prefix, int bits) {
    private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F.:]+");
    private static final int IPV4_BITS = 32;
    private static final int IPV6_GROUPS = 8;

    public Cidr {
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("a prefix of " + prefix + " bits does not fit an address of " + bits);
        }
        if (network.getLowestSetBit() >= 0 && network.getLowestSetBit() < bits - prefix) {
            throw new IllegalArgumentException("the address has bits set behind its prefix of " + prefix);
        }
    }

    /** Reads {@code address/prefix}; the address must be the first of the range. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' is no range: write address/prefix");
        }
        try {
            var address = bytes(text.substring(0, slash));
            int prefix = Integer.parseInt(text.substring(slash + 1));
            return new Cidr(new BigInteger(1, address), prefix, address.length * Byte.SIZE);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is no range: " + e.getMessage(), e);
        }
    }

    /** Number of sub-ranges of {@code sliceBits} in this range. */
    public long count(int sliceBits) {
        return sliceBits < prefix ? 0 : 1L << Math.min(sliceBits - prefix, Long.SIZE - 2);
    }

    /** The sub-range of {@code sliceBits} at this place. */
    public Cidr slice(int sliceBits, long index) {
        var offset = BigInteger.valueOf(index).shiftLeft(bits - sliceBits);
        return new Cidr(network.add(offset), sliceBits, bits);
    }

    /** Whether both ranges share an address. */
    public boolean overlaps(Cidr other) {
        return bits == other.bits && (contains(other.network) || other.contains(network));
    }

    /** Whether {@code other} lies within this range. */
    public boolean contains(Cidr other) {
        return bits == other.bits && prefix <= other.prefix && contains(other.network);
    }

    /** Whether the address, in text form, lies within this range. */
    public boolean contains(String address) {
        var value = bytes(address);
        return value.length * Byte.SIZE == bits && contains(new BigInteger(1, value));
    }

    /**
     * Whether the address lies in any of the comma-separated ranges.
     *
     * @throws IllegalArgumentException when the address, or a range that is looked at, is none; nothing is looked up
     */
    public static boolean anyContains(String ranges, String address) {
        for (String range : ranges.split(",", -1)) {
            if (!range.isBlank() && parse(range.trim()).contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** The address at this distance from the first one. */
    public String address(int offset) {
        return text(network.add(BigInteger.valueOf(offset)));
    }

    /** Number of addresses that an API server hands out of this range. */
    public int assignableCount() {
        int spare = bits == IPV4_BITS ? 2 : 1;
        return Math.toIntExact(Math.max(0, (1L << (bits - prefix)) - spare));
    }

    /** The addresses that an API server hands out: not the network's own, nor an IPv4 broadcast address. */
    public List<String> assignable() {
        int count = assignableCount();
        var addresses = new ArrayList<String>(count);
        for (int i = 1; i <= count; i++) {
            addresses.add(address(i));
        }
        return addresses;
    }

    @Override
    public String toString() {
        return text(network) + "/" + prefix;
    }

    private boolean contains(BigInteger address) {
        return address.shiftRight(bits - prefix).equals(network.shiftRight(bits - prefix));
    }

    private static byte[] bytes(String address) {
        if (!LITERAL.matcher(address).matches()) {
            throw new IllegalArgumentException("'" + address + "' is no IP address");
        }
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + address + "' is no IP address", e);
        }
    }

    private String text(BigInteger value) {
        return bits == IPV4_BITS ? ipv4(value) : ipv6(value);
    }

    private static String ipv4(BigInteger value) {
        long number = value.longValueExact();
        return (number >> 24) + "." + (number >> 16 & 0xff) + "." + (number >> 8 & 0xff) + "." + (number & 0xff);
    }

    /** RFC 5952: the longest run of two or more zero groups is cut, as the names of IPAddress objects demand. */
    private static String ipv6(BigInteger value) {
        int[] groups = new int[IPV6_GROUPS];
        for (int i = 0; i < IPV6_GROUPS; i++) {
            groups[i] = value.shiftRight(16 * (IPV6_GROUPS - 1 - i)).intValue() & 0xffff;
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < IPV6_GROUPS; i++) {
            int end = i;
            while (end < IPV6_GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > bestLength) {
                bestStart = i;
                bestLength = end - i;
            }
            i = Math.max(i, end);
        }
        var text = new StringBuilder();
        for (int i = 0; i < IPV6_GROUPS; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
