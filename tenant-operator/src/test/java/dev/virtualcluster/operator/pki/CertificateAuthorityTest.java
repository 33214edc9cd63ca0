// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final LeafRequest SERVER = new LeafRequest(
            "kube-apiserver",
            List.of("group"),
            Set.of("kubernetes", "localhost"),
            Set.of("10.97.1.1", "fd00::1"),
            Set.of("urn:virtualcluster:u"),
            Set.of(LeafRequest.Usage.SERVER, LeafRequest.Usage.CLIENT),
            YEAR);

    private final CertificateAuthority authority = CertificateAuthority.create("tenant-ca", NOW);

    @Test
    void issuesWhatWasAskedFor() throws Exception {
        var leaf = authority.issue(SERVER, NOW).certificate();

        leaf.verify(authority.certificate().getPublicKey());
        assertThat(leaf.getExtendedKeyUsage()).containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(LeafCheck.commonName(leaf)).isEqualTo("kube-apiserver");
        assertThat(LeafCheck.organizations(leaf)).containsExactly("group");
        assertThat(LeafCheck.alternativeNames(leaf))
                .containsExactlyInAnyOrder(
                        "DNS:kubernetes",
                        "DNS:localhost",
                        "IP:10.97.1.1",
                        "IP:fd00:0:0:0:0:0:0:1",
                        "URI:urn:virtualcluster:u");
    }

    @Test
    void beginsBeforeNowAndNeverOutlivesTheAuthority() {
        neverOutlivesTheAuthority(Duration.ofDays(36500));
        neverOutlivesTheAuthority(Duration.ofSeconds(Long.MAX_VALUE));
    }

    private void neverOutlivesTheAuthority(Duration validity) {
        var leaf = authority
                .issue(LeafRequest.client("a", List.of(), validity), NOW)
                .certificate();

        assertThat(leaf.getNotBefore().toInstant()).isEqualTo(NOW.minus(CertificateAuthority.BACK_DATED));
        assertThat(leaf.getNotAfter()).isEqualTo(authority.certificate().getNotAfter());
    }

    @Test
    void readsBackWhatItWrote() {
        var again = CertificateAuthority.parse(authority.certificatePem(), authority.keyPem());

        assertThat(again.certificate()).isEqualTo(authority.certificate());
        assertThat(authority.keyPem()).startsWith("-----BEGIN PRIVATE KEY-----\n");
    }

    @Test
    void refusesALeafOrAForeignKeyAsAuthority() {
        var leaf = authority.issue(SERVER, NOW);
        var other = CertificateAuthority.create("other", NOW);

        assertThatThrownBy(() -> CertificateAuthority.parse(leaf.certificatePem(), leaf.keyPem()))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("no certificate authority");
        assertThatThrownBy(() -> CertificateAuthority.parse(authority.certificatePem(), other.keyPem()))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("does not belong");
        assertThatThrownBy(() -> CertificateAuthority.parse("rubbish", "rubbish"))
                .isInstanceOf(PkiException.class);
    }

    @Test
    void keepsALeafUntilAThirdOfItsLifeIsLeft() {
        var leaf = authority
                .issue(LeafRequest.client("a", List.of(), Duration.ofDays(90)), NOW)
                .certificate();
        var wanted = LeafRequest.client("a", List.of(), Duration.ofDays(30));

        assertThat(LeafCheck.whyReplace(leaf, authority.certificate(), wanted, NOW.plus(Duration.ofDays(59))))
                .isEmpty();
        assertThat(LeafCheck.whyReplace(leaf, authority.certificate(), wanted, NOW.plus(Duration.ofDays(61))))
                .hasValueSatisfying(why -> assertThat(why).contains("ends at"));
    }

    @Test
    void doesNotRenewALeafThatEndsWithItsAuthority() {
        var later = NOW.plus(CertificateAuthority.AUTHORITY_VALIDITY).minus(Duration.ofMinutes(1));
        var wanted = LeafRequest.client("a", List.of(), Duration.ofDays(30));
        var leaf = authority.issue(wanted, later).certificate();

        assertThat(LeafCheck.renewalOf(leaf, authority.certificate())).isEqualTo(authority.end());
        assertThat(LeafCheck.whyReplace(leaf, authority.certificate(), wanted, later.plusSeconds(59)))
                .isEmpty();
    }

    @Test
    void replacesALeafThatWasMadeWhileAClockWasAhead() {
        var wanted = LeafRequest.client("a", List.of(), Duration.ofDays(30));
        var ahead = authority.issue(wanted, NOW.plus(Duration.ofHours(1))).certificate();
        var little = authority.issue(wanted, NOW.plus(Duration.ofMinutes(1))).certificate();

        assertThat(LeafCheck.whyReplace(ahead, authority.certificate(), wanted, NOW))
                .hasValueSatisfying(why -> assertThat(why).contains("begins at"));
        assertThat(LeafCheck.whyReplace(little, authority.certificate(), wanted, NOW))
                .isEmpty();
    }

    @Test
    void isUsedWithinItsValidityOnly() {
        var end = NOW.plus(CertificateAuthority.AUTHORITY_VALIDITY);

        assertThatCode(() -> authority.requireValid(NOW)).doesNotThrowAnyException();
        assertThatThrownBy(() -> authority.requireValid(NOW.minus(Duration.ofHours(1))))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("not valid before 2026-11-22T09:55:00Z");
        assertThatThrownBy(() -> authority.requireValid(end))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("was valid until " + end);
    }

    @Test
    void replacesALeafThatLacksANameOrHasAnotherIssuerOrSubject() {
        var leaf = authority.issue(SERVER, NOW).certificate();
        var more = new LeafRequest(
                "kube-apiserver",
                List.of("group"),
                Set.of("kubernetes", "new.example"),
                Set.of("fd00::1"),
                Set.of(),
                Set.of(),
                YEAR);
        var other = CertificateAuthority.create("tenant-ca", NOW);

        assertThat(LeafCheck.whyReplace(leaf, authority.certificate(), SERVER, NOW))
                .isEmpty();
        assertThat(LeafCheck.whyReplace(leaf, authority.certificate(), more, NOW))
                .hasValue("it lacks the names [DNS:new.example]");
        assertThat(LeafCheck.whyReplace(leaf, other.certificate(), SERVER, NOW))
                .hasValue("it was not issued by the present authority");
        assertThat(LeafCheck.whyReplace(leaf, authority.certificate(), LeafRequest.client("x", List.of(), YEAR), NOW))
                .hasValue("its subject is not x");
        assertThat(LeafCheck.whyReplace(
                        leaf,
                        authority.certificate(),
                        LeafRequest.client("kube-apiserver", List.of("group", "system:masters"), YEAR),
                        NOW))
                .hasValue("its subject is not kube-apiserver");
    }

    @Test
    void replacesALeafThatIsForAnotherUse() {
        var client = LeafRequest.client("a", List.of(), YEAR);
        var leaf = authority.issue(client, NOW).certificate();
        var server = new LeafRequest(
                "a",
                List.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(LeafRequest.Usage.SERVER, LeafRequest.Usage.CLIENT),
                YEAR);

        assertThat(LeafCheck.whyReplace(leaf, authority.certificate(), client, NOW))
                .isEmpty();
        assertThat(LeafCheck.whyReplace(leaf, authority.certificate(), server, NOW))
                .hasValue("it is not for [SERVER, CLIENT]");
    }

    @Test
    void printsNoKeys() {
        assertThat(authority.issue(SERVER, NOW).toString()).contains("key=***").doesNotContain("BEGIN");
    }
}
