// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What must hold for all names that Kubernetes accepts. */
class NameMappingPropertiesTest {
    private static final String DNS_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

    record Tenant(String namespace, String name, UUID uid) {
        TenantKey key() {
            return TenantKey.of(namespace, name, uid.toString());
        }
    }

    @Property
    void keysAreBoundedDnsLabels(@ForAll("tenants") Tenant tenant) {
        assertThat(tenant.key().value())
                .hasSizeLessThanOrEqualTo(TenantKey.MAX_LENGTH)
                .matches(DNS_LABEL);
    }

    @Property
    void keysAreStable(@ForAll("tenants") Tenant tenant) {
        assertThat(tenant.key()).isEqualTo(tenant.key());
    }

    @Property
    void superNamespacesAreDnsLabelsBehindTheKey(@ForAll("tenants") Tenant tenant, @ForAll("labels") String namespace) {
        String mapped = NameTranslator.superNamespace(tenant.key(), namespace);

        assertThat(mapped)
                .hasSizeLessThanOrEqualTo(NameTranslator.MAX_NAMESPACE_LENGTH)
                .matches(DNS_LABEL)
                .startsWith(tenant.key() + "-");
    }

    @Property
    void neverTheRootNamespaceOfATenant(
            @ForAll("tenants") Tenant one, @ForAll("tenants") Tenant other, @ForAll("labels") String namespace) {
        String mapped = NameTranslator.superNamespace(one.key(), namespace);

        assertThat(mapped)
                .isNotEqualTo(one.key().rootNamespace())
                .isNotEqualTo(other.key().rootNamespace());
    }

    /** Names are drawn from few letters and hyphens, so that prefixes of one another and equal joins are common. */
    @Property
    void noTwoNamespacesOfAnyTenantsMeet(
            @ForAll("fewTenants") List<Tenant> tenants, @ForAll("fewLabels") List<String> namespaces) {
        Map<String, String> owners = new HashMap<>();
        for (Tenant tenant : tenants) {
            claim(owners, tenant.key().rootNamespace(), "root of " + tenant);
            for (String namespace : namespaces.stream().distinct().toList()) {
                claim(owners, NameTranslator.superNamespace(tenant.key(), namespace), namespace + " of " + tenant);
            }
        }
    }

    /** One tenant, its names chosen by somebody who knows the mapping: what a name is cut to is tried as a name. */
    @Property
    void noTwoNamespacesOfOneTenantMeet(@ForAll("tenants") Tenant tenant, @ForAll("manyLabels") List<String> names) {
        TenantKey key = tenant.key();
        List<String> namespaces = new ArrayList<>(names);
        for (String name : names) {
            String behindKey = NameTranslator.superNamespace(key, name)
                    .substring(key.value().length() + 1);
            if (behindKey.matches(DNS_LABEL)) {
                namespaces.add(behindKey);
            }
        }

        Map<String, String> owners = new HashMap<>();
        namespaces.stream().distinct().forEach(name -> claim(owners, NameTranslator.superNamespace(key, name), name));
    }

    @Property
    void configMapNamesNeverMeetNorShadow(@ForAll("configMapNames") List<String> names) {
        Map<String, String> owners = new HashMap<>();
        for (String name : names.stream().distinct().toList()) {
            String mapped = NameTranslator.superConfigMapName(name);
            assertThat(mapped).isNotEqualTo("kube-root-ca.crt");
            claim(owners, mapped, name);
        }
    }

    private static void claim(Map<String, String> owners, String mapped, String owner) {
        assertThat(owners.put(mapped, owner))
                .as("%s, also claimed by %s", mapped, owner)
                .isNull();
    }

    @Provide
    Arbitrary<String> labels() {
        return label(Arbitraries.strings().withChars("abcxyz0189-"), 63);
    }

    @Provide
    Arbitrary<Tenant> tenants() {
        return Combinators.combine(
                        labels(),
                        labels(),
                        Arbitraries.randomValue(random -> new UUID(random.nextLong(), random.nextLong())))
                .as(Tenant::new);
    }

    @Provide
    Arbitrary<List<String>> manyLabels() {
        return labels().list().ofMaxSize(20);
    }

    @Provide
    Arbitrary<List<String>> fewLabels() {
        return label(Arbitraries.strings().withChars("ab-"), 5).list().ofMaxSize(12);
    }

    @Provide
    Arbitrary<List<Tenant>> fewTenants() {
        Arbitrary<String> names = Arbitraries.oneOf(
                label(Arbitraries.strings().withChars("ab-"), 5),
                label(Arbitraries.strings().withChars("a-"), 40));
        return Combinators.combine(
                        names, names, Arbitraries.randomValue(random -> new UUID(random.nextLong(), random.nextLong())))
                .as(Tenant::new)
                .list()
                .uniqueElements()
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<List<String>> configMapNames() {
        return Combinators.combine(
                        Arbitraries.of("tenant-").list().ofMaxSize(4),
                        Arbitraries.of(
                                "kube-root-ca.crt", "kube-root-ca", "a", "x-kube-root-ca.crt", "kube-root-ca.crt.x"))
                .as((prefixes, name) -> String.join("", prefixes) + name)
                .list()
                .ofMaxSize(20);
    }

    private static Arbitrary<String> label(net.jqwik.api.arbitraries.StringArbitrary letters, int max) {
        return letters.ofMinLength(1).ofMaxLength(max).filter(text -> text.matches(DNS_LABEL));
    }
}
