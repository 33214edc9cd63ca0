// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the owner of a {@link VirtualCluster} asks for. Fields left out have the defaults that the CRD states. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(oldSelf.serviceCidr) == has(self.serviceCidr)",
        message =
                "serviceCidr can be asked for at creation only: for another slice create another VirtualCluster, or delete"
                        + " this one, which ends the tenant, and create it anew")
@ValidationRule(
        value = "!has(oldSelf.serviceCidr) || !has(self.serviceCidr) || self.serviceCidr == oldSelf.serviceCidr",
        message =
                "serviceCidr cannot be changed: for another slice create another VirtualCluster, or delete this one, which"
                        + " ends the tenant, and create it anew")
public class VirtualClusterSpec {
    /** Value of {@link #getClusterVersionName()} when none is given: the version that the chart installs. */
    public static final String DEFAULT_CLUSTER_VERSION = "default";

    /** Value of {@link #getClusterDomain()} when none is given. */
    public static final String DEFAULT_CLUSTER_DOMAIN = "cluster.local";

    /** Value of {@link #getWeight()} when none is given. */
    public static final int DEFAULT_WEIGHT = 1;

    /** The most that {@link #getPkiExpireDays()} may be: so long lives the authority that issues. */
    public static final int MAX_PKI_EXPIRE_DAYS = 3650;

    private static final String IS_PREFIX_OF_KEYS =
            "self.all(p, size(p) == 0 || p.matches('^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9._-]*)?$'))";

    @JsonPropertyDescription("Name of the ClusterVersion that says how the control plane is made."
            + " Default: default, which the chart installs.")
    @Default(DEFAULT_CLUSTER_VERSION)
    @Size(max = 253)
    @ValidationRule(value = "size(self) > 0", message = "clusterVersionName must not be empty")
    private String clusterVersionName = DEFAULT_CLUSTER_VERSION;

    @JsonPropertyDescription("DNS domain of the virtual cluster. Cannot be changed later." + " Default: cluster.local.")
    @Default(DEFAULT_CLUSTER_DOMAIN)
    @Size(max = 253)
    @ValidationRule(
            value = "!format.dns1123Subdomain().validate(self).hasValue()",
            message = "clusterDomain must be a DNS name, for example cluster.local")
    @ValidationRule(
            value = "self == oldSelf",
            message = "clusterDomain cannot be changed: certificates and pods hold it")
    private String clusterDomain = DEFAULT_CLUSTER_DOMAIN;

    @JsonPropertyDescription(
            "Days for which issued certificates are valid. They are renewed well before they expire, and"
                    + " never outlive the authority that issues them. Default: 365.")
    @Min(1)
    @Max(MAX_PKI_EXPIRE_DAYS)
    private @Nullable Long pkiExpireDays;

    @JsonPropertyDescription("Prefixes of label and annotation keys that flow back: what the super cluster sets on a"
            + " tenant's pods and Services is copied to the tenant's object. The tenant's own keys with these prefixes"
            + " are not copied down, on any object. Default: none.")
    @Size(max = 64)
    @ValidationRule(
            value = "self.all(p, size(p) > 0)",
            message = "transparentMetaPrefixes must not hold an empty prefix: it would match every key")
    @ValidationRule(
            value = IS_PREFIX_OF_KEYS,
            message =
                    "transparentMetaPrefixes must hold beginnings of label or annotation keys, for example example.com/")
    @ValidationRule(
            value = "self.all(p, !p.startsWith('tenancy.x-k8s.io') && !'tenancy.x-k8s.io/'.startsWith(p))",
            message = "transparentMetaPrefixes must not cover tenancy.x-k8s.io: those keys belong to the super cluster")
    private List<String> transparentMetaPrefixes = List.of();

    @JsonPropertyDescription("Prefixes of label and annotation keys that exist on the super cluster's object only:"
            + " never copied from the tenant's object, and left alone. Default: none.")
    @Size(max = 64)
    @ValidationRule(
            value = "self.all(p, size(p) > 0)",
            message = "opaqueMetaPrefixes must not hold an empty prefix: it would match every key")
    @ValidationRule(
            value = IS_PREFIX_OF_KEYS,
            message = "opaqueMetaPrefixes must hold beginnings of label or annotation keys, for example example.com/")
    private List<String> opaqueMetaPrefixes = List.of();

    @JsonPropertyDescription(
            "Asks for this slice of service addresses, for example 10.97.4.0/24. Can be asked for at creation"
                    + " only. Default: a free slice of the operator's pool.")
    @Size(max = 43)
    @ValidationRule(
            value = "isCIDR(self)",
            message = "serviceCidr must be a range of addresses, for example 10.97.4.0/24")
    @ValidationRule(
            value = "!isCIDR(self) || cidr(self) == cidr(self).masked()",
            message = "serviceCidr must name the first address of its range, for example 10.97.4.0/24")
    @ValidationRule(
            value = "!isCIDR(self) || cidr(self).prefixLength() <= (cidr(self).ip().family() == 4 ? 28 : 124)",
            message = "serviceCidr is too small: /28 (IPv6: /124) is the smallest")
    private @Nullable String serviceCidr;

    @JsonPropertyDescription(
            "Share of the syncer's work when tenants compete: a tenant of weight 2 gets twice the turns"
                    + " of a tenant of weight 1. Default: 1.")
    @Min(1)
    @Max(100)
    @Default("1")
    private int weight = DEFAULT_WEIGHT;

    @JsonPropertyDescription(
            "Pod Security Standard that the super cluster enforces on the tenant's pods." + " Default: baseline.")
    @Default("baseline")
    private PodSecurityLevel podSecurity = PodSecurityLevel.BASELINE;

    public String getClusterVersionName() {
        return clusterVersionName;
    }

    public void setClusterVersionName(String clusterVersionName) {
        this.clusterVersionName = clusterVersionName;
    }

    public String getClusterDomain() {
        return clusterDomain;
    }

    public void setClusterDomain(String clusterDomain) {
        this.clusterDomain = clusterDomain;
    }

    public @Nullable Long getPkiExpireDays() {
        return pkiExpireDays;
    }

    public void setPkiExpireDays(@Nullable Long pkiExpireDays) {
        this.pkiExpireDays = pkiExpireDays;
    }

    public List<String> getTransparentMetaPrefixes() {
        return transparentMetaPrefixes;
    }

    public void setTransparentMetaPrefixes(@Nullable List<String> transparentMetaPrefixes) {
        this.transparentMetaPrefixes =
                transparentMetaPrefixes == null ? List.of() : List.copyOf(transparentMetaPrefixes);
    }

    public List<String> getOpaqueMetaPrefixes() {
        return opaqueMetaPrefixes;
    }

    public void setOpaqueMetaPrefixes(@Nullable List<String> opaqueMetaPrefixes) {
        this.opaqueMetaPrefixes = opaqueMetaPrefixes == null ? List.of() : List.copyOf(opaqueMetaPrefixes);
    }

    public @Nullable String getServiceCidr() {
        return serviceCidr;
    }

    public void setServiceCidr(@Nullable String serviceCidr) {
        this.serviceCidr = serviceCidr;
    }

    public int getWeight() {
        return weight;
    }

    public void setWeight(int weight) {
        this.weight = weight;
    }

    public PodSecurityLevel getPodSecurity() {
        return podSecurity;
    }

    public void setPodSecurity(PodSecurityLevel podSecurity) {
        this.podSecurity = podSecurity;
    }
}
