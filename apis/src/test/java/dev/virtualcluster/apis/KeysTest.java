// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The keys as they were shipped. A changed one breaks installed clusters: it needs a migration, not a change here. */
class KeysTest {
    @Test
    void haveTheValuesThatInstalledClustersKnow() {
        assertThat(keys())
                .containsExactlyInAnyOrderEntriesOf(Map.<String, Object>ofEntries(
                        entry("GROUP", "tenancy.x-k8s.io"),
                        entry("PREFIX", "tenancy.x-k8s.io/"),
                        entry("VERSION", "v1alpha1"),
                        entry("TRUE", "true"),
                        entry("CONTROLLED", "tenancy.x-k8s.io/controlled"),
                        entry("CONTROLLED_SELECTOR", "tenancy.x-k8s.io/controlled=true"),
                        entry("CLUSTER", "tenancy.x-k8s.io/cluster"),
                        entry("VC_NAME", "tenancy.x-k8s.io/vcname"),
                        entry("VC_NAMESPACE", "tenancy.x-k8s.io/vcnamespace"),
                        entry("VC_UID", "tenancy.x-k8s.io/vcuid"),
                        entry("VC_ROOT_NAMESPACE", "tenancy.x-k8s.io/vcrootns"),
                        entry("TENANT_NAMESPACE", "tenancy.x-k8s.io/namespace"),
                        entry("TENANT_NAME", "tenancy.x-k8s.io/name"),
                        entry("TENANT_UID", "tenancy.x-k8s.io/uid"),
                        entry("CONTAINERS", "tenancy.x-k8s.io/containers"),
                        entry("SLICE", "tenancy.x-k8s.io/slice"),
                        entry("VIRTUAL_NODE", "tenancy.x-k8s.io/virtualnode"),
                        entry("TEARDOWN_FINALIZER", "tenancy.x-k8s.io/teardown"),
                        entry("AGENT_SERVING_SIGNER", "tenancy.x-k8s.io/vn-agent-serving"),
                        entry("AGENT_CLIENT_CA_SECRET", "vn-agent-client-ca"),
                        entry("AGENT_CLIENT_CA_CONFIG_MAP", "vn-agent-client-ca"),
                        entry("AGENT_SERVING_CA_SECRET", "vn-agent-serving-ca"),
                        entry("AGENT_CLIENT_ORGANIZATION", "tenancy.x-k8s.io:virtualcluster"),
                        entry("AGENT_CLIENT_URI_PREFIX", "urn:virtualcluster:"),
                        entry("AGENT_SERVING_COMMON_NAME_PREFIX", "system:vn-agent:"),
                        entry("AGENT_SERVING_ORGANIZATION", "system:vn-agents"),
                        entry("AGENT_PORT", 10550),
                        entry("AGENT_HEALTH_PORT", 10551),
                        entry("HEALTH_PORT", 8080),
                        entry("OPERATOR_SERVICE_ACCOUNT", "vc-tenant-operator"),
                        entry("SYNCER_SERVICE_ACCOUNT", "vc-syncer"),
                        entry("AGENT_SERVICE_ACCOUNT", "vn-agent"),
                        entry("ROOT_CA_SECRET", "root-ca"),
                        entry("ETCD_CA_SECRET", "etcd-ca-root"),
                        entry("ETCD_SERVING_SECRET", "etcd-ca"),
                        entry("ETCD_CLIENT_SECRET", "etcd-client"),
                        entry("API_SERVER_SERVING_SECRET", "apiserver-ca"),
                        entry("FRONT_PROXY_SECRET", "front-proxy-ca"),
                        entry("FRONT_PROXY_CA_SECRET", "front-proxy-ca-root"),
                        entry("KUBELET_CLIENT_SECRET", "kubelet-client"),
                        entry("SERVICE_ACCOUNT_KEY_SECRET", "serviceaccount-rsa"),
                        entry("CONTROLLER_MANAGER_KUBECONFIG", "controller-manager-kubeconfig"),
                        entry("ADMIN_KUBECONFIG", "admin-kubeconfig"),
                        entry("EXTERNAL_KUBECONFIG", "external-kubeconfig"),
                        entry("SYNCER_KUBECONFIG", "syncer-kubeconfig"),
                        entry("TLS_CERT", "tls.crt"),
                        entry("TLS_KEY", "tls.key"),
                        entry("CA_CERT", "ca.crt"),
                        entry("ETCD", "etcd"),
                        entry("API_SERVER", "apiserver"),
                        entry("API_SERVER_SERVICE", "apiserver-svc"),
                        entry("CONTROLLER_MANAGER", "controller-manager"),
                        entry("API_SERVER_SERVICE_PORT", 443),
                        entry("API_SERVER_PORT", 6443),
                        entry("DNS_NAMESPACE", "kube-system"),
                        entry("DNS_SERVICE", "kube-dns"),
                        entry("DNS_ADDRESS_OFFSET", 10),
                        entry("ROOT_CA_CONFIG_MAP", "kube-root-ca.crt"),
                        entry("TOKEN_SECRET_PREFIX", "vc-token-")));
    }

    private static Map<String, Object> keys() {
        return Arrays.stream(Keys.class.getFields()).collect(Collectors.toMap(Field::getName, KeysTest::value));
    }

    private static Object value(Field key) {
        try {
            return key.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
