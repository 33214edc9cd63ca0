// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis.names;

import dev.virtualcluster.apis.VirtualCluster;
import java.util.regex.Pattern;

/**
 * A tenant's unique id: the name of its root namespace in the super cluster. Bounded, so that names built from it still
 * have room; see {@link NameTranslator}.
 */
public record TenantKey(String value) {
    /** Longest key, in characters. */
    public static final int MAX_LENGTH = 40;

    private static final int UID_DIGITS = 6;
    private static final int DIGEST_LENGTH = 16;
    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /** @throws IllegalArgumentException when the value is no DNS label of at most {@link #MAX_LENGTH} characters */
    public TenantKey {
        if (value.length() > MAX_LENGTH || !DNS_LABEL.matcher(value).matches()) {
            throw new IllegalArgumentException("not a tenant key: " + value);
        }
    }

    /**
     * The key of a VirtualCluster: {@code <namespace>-<6 hex digits of the UID's SHA-256>-<name>}, cut and closed with
     * 80 bits of digest where that would reach {@link #MAX_LENGTH}.
     *
     * @throws IllegalArgumentException when namespace or name is no DNS label, or the UID is empty
     */
    public static TenantKey of(String namespace, String name, String uid) {
        requireLabel("namespace", namespace);
        requireLabel("name", name);
        if (uid.isEmpty()) {
            throw new IllegalArgumentException("VirtualCluster " + namespace + "/" + name + " has no UID yet");
        }
        String plain = namespace + "-" + Digest.hex(uid, UID_DIGITS) + "-" + name;
        // Strictly shorter: what is cut is exactly MAX_LENGTH long, so no plain key can be chosen to equal a cut one.
        if (plain.length() < MAX_LENGTH) {
            return new TenantKey(plain);
        }
        String digest = Digest.base32(namespace + "/" + uid + "/" + name, DIGEST_LENGTH);
        return new TenantKey(plain.substring(0, MAX_LENGTH - DIGEST_LENGTH - 1) + "-" + digest);
    }

    /**
     * The key of this VirtualCluster, computed and not read from its status.
     *
     * @throws IllegalArgumentException when it was never stored in an API server, or its name is no DNS label
     */
    public static TenantKey of(VirtualCluster vc) {
        var meta = vc.getMetadata();
        String namespace = meta.getNamespace();
        String name = meta.getName();
        String uid = meta.getUid();
        if (namespace == null || name == null || uid == null) {
            throw new IllegalArgumentException("VirtualCluster without namespace, name or UID");
        }
        return of(namespace, name, uid);
    }

    /** The tenant's root namespace in the super cluster: the key itself. */
    public String rootNamespace() {
        return value;
    }

    @Override
    public String toString() {
        return value;
    }

    private static void requireLabel(String what, String value) {
        if (!DNS_LABEL.matcher(value).matches()) {
            throw new IllegalArgumentException("VirtualCluster's " + what + " is not a DNS label: " + value);
        }
    }
}
