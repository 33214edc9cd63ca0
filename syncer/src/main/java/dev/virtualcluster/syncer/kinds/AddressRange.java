// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A range of addresses in CIDR notation.
 *
 * @param first the first address as a number
 * @param prefix leading bits that all addresses share
 * @param bits 32 or 128
 */
record AddressRange(BigInteger first, int prefix, int bits) {
    private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F.:]+");
    private static final int IPV4_BITS = 32;

    static AddressRange parse(String cidr) {
        int slash = cidr.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("not a range of addresses: " + cidr);
        }
        byte[] address = bytes(cidr.substring(0, slash));
        int bits = address.length * Byte.SIZE;
        int prefix = Integer.parseInt(cidr.substring(slash + 1));
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("not a range of addresses: " + cidr);
        }
        return new AddressRange(new BigInteger(1, address), prefix, bits);
    }

    /** Tells whether the address, given as text, lies in any of the comma-separated ranges. */
    static boolean anyContains(String cidrs, String address) {
        for (String cidr : cidrs.split(",", -1)) {
            if (!cidr.isBlank() && parse(cidr.trim()).contains(address)) {
                return true;
            }
        }
        return false;
    }

    boolean contains(String address) {
        byte[] bytes = bytes(address);
        int rest = bits - prefix;
        return bytes.length * Byte.SIZE == bits
                && new BigInteger(1, bytes).shiftRight(rest).equals(first.shiftRight(rest));
    }

    /** The addresses that can be given to Services; empty for IPv6 and for more than {@code most}. */
    List<String> assignable(int most) {
        long size = bits == IPV4_BITS ? 1L << (bits - prefix) : Long.MAX_VALUE;
        List<String> found = new ArrayList<>();
        if (size <= most) {
            long start = first.longValueExact();
            // Neither the network's nor the broadcast address is ever handed out.
            for (long address = start + 1; address < start + size - 1; address++) {
                found.add((address >> 24) + "." + (address >> 16 & 0xff) + "." + (address >> 8 & 0xff) + "."
                        + (address & 0xff));
            }
        }
        return found;
    }

    private static byte[] bytes(String address) {
        if (!LITERAL.matcher(address).matches()) {
            throw new IllegalArgumentException("not an IP address: " + address);
        }
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an IP address: " + address, e);
        }
    }
}
