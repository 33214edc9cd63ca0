// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a control plane. What differs from tenant to tenant (namespace, names, certificates, service addresses)
 * the operator completes; everything else is taken as it stands here.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class ClusterVersionSpec {
    @JsonPropertyDescription("etcd. metadata.name must be etcd.")
    @ValidationRule(
            value = "has(self.metadata) && has(self.metadata.name) && self.metadata.name == 'etcd'",
            message = "etcd.metadata.name must be etcd")
    private @Nullable ControlPlanePart etcd;

    @JsonPropertyDescription("kube-apiserver. metadata.name must be apiserver.")
    @ValidationRule(
            value = "has(self.metadata) && has(self.metadata.name) && self.metadata.name == 'apiserver'",
            message = "apiServer.metadata.name must be apiserver")
    private @Nullable ControlPlanePart apiServer;

    @JsonPropertyDescription("kube-controller-manager. metadata.name must be controller-manager.")
    @ValidationRule(
            value = "has(self.metadata) && has(self.metadata.name) && self.metadata.name == 'controller-manager'",
            message = "controllerManager.metadata.name must be controller-manager")
    private @Nullable ControlPlanePart controllerManager;

    @JsonPropertyDescription("Kubernetes version that the images hold, for example v1.36.3.")
    @Pattern("^v[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?$")
    private @Nullable String kubernetesVersion;

    @JsonPropertyDescription("The DNS server that is installed into each tenant.")
    @JsonProperty("coreDNS")
    private @Nullable CoreDnsSpec coreDns;

    public @Nullable ControlPlanePart getEtcd() {
        return etcd;
    }

    public void setEtcd(@Nullable ControlPlanePart etcd) {
        this.etcd = etcd;
    }

    public @Nullable ControlPlanePart getApiServer() {
        return apiServer;
    }

    public void setApiServer(@Nullable ControlPlanePart apiServer) {
        this.apiServer = apiServer;
    }

    public @Nullable ControlPlanePart getControllerManager() {
        return controllerManager;
    }

    public void setControllerManager(@Nullable ControlPlanePart controllerManager) {
        this.controllerManager = controllerManager;
    }

    public @Nullable String getKubernetesVersion() {
        return kubernetesVersion;
    }

    public void setKubernetesVersion(@Nullable String kubernetesVersion) {
        this.kubernetesVersion = kubernetesVersion;
    }

    public @Nullable CoreDnsSpec getCoreDns() {
        return coreDns;
    }

    public void setCoreDns(@Nullable CoreDnsSpec coreDns) {
        this.coreDns = coreDns;
    }
}
