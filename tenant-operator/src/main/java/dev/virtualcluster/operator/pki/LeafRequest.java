// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.pki;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a leaf certificate must say.
 *
 * @param commonName the subject's CN
 * @param organizations the subject's O values, which Kubernetes reads as groups
 * @param dnsNames DNS subject alternative names
 * @param addresses IP subject alternative names, in text form
 * @param uris URI subject alternative names
 * @param usages what it may be used for
 * @param validity how long it lives from now
 */
public record LeafRequest(
        String commonName,
        List<String> organizations,
        Set<String> dnsNames,
        Set<String> addresses,
        Set<String> uris,
        Set<Usage> usages,
        Duration validity) {

    /** Extended key usages. */
    public enum Usage {
        /** Proves a TLS server. */
        SERVER,
        /** Proves a TLS client. */
        CLIENT
    }

    public LeafRequest {
        organizations = List.copyOf(organizations);
        dnsNames = Set.copyOf(dnsNames);
        addresses = Set.copyOf(addresses);
        uris = Set.copyOf(uris);
        usages = Set.copyOf(usages);
    }

    /** A client certificate without alternative names. */
    public static LeafRequest client(String commonName, List<String> organizations, Duration validity) {
        return new LeafRequest(commonName, organizations, Set.of(), Set.of(), Set.of(), Set.of(Usage.CLIENT), validity);
    }

    /** The same request with a URI name. */
    public LeafRequest withUri(String uri) {
        return new LeafRequest(commonName, organizations, dnsNames, addresses, Set.of(uri), usages, validity);
    }

    /** All alternative names as {@code KIND:value}, sorted, for comparison and messages. */
    Set<String> alternativeNames() {
        var names = new ArrayList<String>();
        dnsNames.forEach(name -> names.add("DNS:" + name));
        addresses.forEach(address -> names.add("IP:" + LeafCheck.canonical(address)));
        uris.forEach(uri -> names.add("URI:" + uri));
        return new TreeSet<>(names);
    }
}
