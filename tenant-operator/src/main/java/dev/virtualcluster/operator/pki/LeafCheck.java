// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/**
 * Decides whether a stored leaf still does what is asked of it. A leaf is derived from its authority, so the answer to
 * any doubt is a new one; an authority is never judged here, because replacing one breaks everybody who trusts it.
 */
public final class LeafCheck {
    private static final int DNS_NAME = 2;
    private static final int URI_NAME = 6;
    private static final int IP_NAME = 7;
    /** A leaf is renewed when less than one part in this many of its life is left. */
    private static final int RENEW_FRACTION = 3;

    private LeafCheck() {}

    /** Why {@code leaf} must be replaced; empty when it may stay. */
    public static Optional<String> whyReplace(
            X509Certificate leaf, X509Certificate authority, LeafRequest wanted, Instant now) {
        try {
            leaf.verify(authority.getPublicKey());
        } catch (GeneralSecurityException e) {
            return Optional.of("it was not issued by the present authority");
        }
        if (!commonName(leaf).equals(wanted.commonName())
                || !organizations(leaf).equals(wanted.organizations())) {
            return Optional.of("its subject is not " + wanted.commonName());
        }
        if (!usages(leaf).containsAll(wanted.usages())) {
            return Optional.of("it is not for " + new TreeSet<>(wanted.usages()));
        }
        var missing = new TreeSet<>(wanted.alternativeNames());
        missing.removeAll(alternativeNames(leaf));
        if (!missing.isEmpty()) {
            return Optional.of("it lacks the names " + missing);
        }
        // Made while a clock was ahead. That leaves are dated back bears clocks that differ a little.
        if (now.isBefore(leaf.getNotBefore().toInstant())) {
            return Optional.of("it begins at " + leaf.getNotBefore());
        }
        return now.isBefore(renewalOf(leaf, authority))
                ? Optional.empty()
                : Optional.of("it ends at " + leaf.getNotAfter());
    }

    /** When {@code leaf} is due for renewal; one that ends with its authority is not before: a new one would end then, too. */
    public static Instant renewalOf(X509Certificate leaf, X509Certificate authority) {
        var begin = leaf.getNotBefore().toInstant();
        var end = leaf.getNotAfter().toInstant();
        if (!end.isBefore(authority.getNotAfter().toInstant())) {
            return end;
        }
        return end.minus(Duration.between(begin, end).dividedBy(RENEW_FRACTION));
    }

    /** The subject's CN, "" when there is none. */
    public static String commonName(X509Certificate certificate) {
        return subjectValues(certificate, true).stream().findFirst().orElse("");
    }

    /** The subject's O values in order. */
    public static List<String> organizations(X509Certificate certificate) {
        return subjectValues(certificate, false);
    }

    /** All alternative names as {@code KIND:value}; kinds other than DNS, IP and URI read as {@code OTHER:n}. */
    public static Set<String> alternativeNames(X509Certificate certificate) {
        var names = new TreeSet<String>();
        try {
            Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
            if (entries != null) {
                entries.forEach(entry -> names.add(describe(entry)));
            }
        } catch (CertificateParsingException e) {
            throw new PkiException("holds a certificate with unreadable alternative names", e);
        }
        return names;
    }

    private static Set<LeafRequest.Usage> usages(X509Certificate certificate) {
        var usages = EnumSet.noneOf(LeafRequest.Usage.class);
        try {
            List<String> purposes = certificate.getExtendedKeyUsage();
            if (purposes != null) {
                for (LeafRequest.Usage usage : LeafRequest.Usage.values()) {
                    if (purposes.contains(CertificateAuthority.purpose(usage).getId())) {
                        usages.add(usage);
                    }
                }
            }
        } catch (CertificateParsingException e) {
            throw new PkiException("holds a certificate with unreadable usages", e);
        }
        return usages;
    }

    private static String describe(List<?> entry) {
        var value = String.valueOf(entry.get(1));
        return switch ((Integer) entry.get(0)) {
            case DNS_NAME -> "DNS:" + value;
            case URI_NAME -> "URI:" + value;
            case IP_NAME -> "IP:" + canonical(value);
            default -> "OTHER:" + entry.get(0);
        };
    }

    /** One spelling for each address. */
    static String canonical(String address) {
        try {
            return InetAddress.getByName(address).getHostAddress();
        } catch (UnknownHostException e) {
            return address;
        }
    }

    private static List<String> subjectValues(X509Certificate certificate, boolean commonName) {
        try {
            var rdns =
                    new JcaX509CertificateHolder(certificate).getSubject().getRDNs(commonName ? BCStyle.CN : BCStyle.O);
            return Arrays.stream(rdns)
                    .map(rdn -> IETFUtils.valueToString(rdn.getFirst().getValue()))
                    .toList();
        } catch (GeneralSecurityException e) {
            throw new PkiException("holds a certificate with an unreadable subject", e);
        }
    }
}
