// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.credentials;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.controlplane.Part;
import dev.virtualcluster.operator.pki.CertificateAuthority;
import dev.virtualcluster.operator.pki.KeyedCertificate;
import dev.virtualcluster.operator.pki.LeafCheck;
import dev.virtualcluster.operator.pki.LeafRequest;
import dev.virtualcluster.operator.pki.PkiException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides which derived Secrets of a tenant must be written. Pure: stored Secrets in, Secrets to write out. A derived
 * Secret stays as long as it does what is asked of it and has more than a third of its life left.
 */
public final class TenantCredentials {
    /** Names of all Secrets that make up a tenant's credentials. */
    static final Set<String> NAMES = Set.of(
            Keys.ROOT_CA_SECRET,
            Keys.ETCD_CA_SECRET,
            Keys.FRONT_PROXY_CA_SECRET,
            Keys.SERVICE_ACCOUNT_KEY_SECRET,
            Keys.ETCD_SERVING_SECRET,
            Keys.ETCD_CLIENT_SECRET,
            Keys.API_SERVER_SERVING_SECRET,
            Keys.FRONT_PROXY_SECRET,
            Keys.KUBELET_CLIENT_SECRET,
            Keys.CONTROLLER_MANAGER_KUBECONFIG,
            Keys.SYNCER_KUBECONFIG,
            Keys.ADMIN_KUBECONFIG);

    private final Kubeconfigs kubeconfigs;

    /** Takes the serialization with which kubeconfigs are written. */
    public TenantCredentials(KubernetesSerialization serialization) {
        this.kubeconfigs = new Kubeconfigs(serialization);
    }

    /**
     * What came out.
     *
     * @param writes Secrets that must be written, whole
     * @param restartKeys per part, a digest of what its processes read only when they start
     * @param renewal when this should be looked at again
     * @param firstEnding which authority ends first
     * @param authority certificate of the authority that the tenant's clients trust, as PEM
     */
    public record Plan(
            List<SecretContent> writes,
            Map<Part, String> restartKeys,
            Instant renewal,
            Authorities.Ending firstEnding,
            String authority) {}

    /** Plans the derived Secrets. The authorities must be stored already. */
    public Plan plan(Map<String, Map<String, String>> stored, CredentialInputs inputs, Instant now) {
        var authorities = Authorities.read(stored, now);
        var run = new Run(stored, authorities, inputs, LeafRequests.of(inputs), now);
        run.planEtcd();
        run.planApiServer();
        run.planKubeconfigs();
        return new Plan(
                List.copyOf(run.writes),
                run.restartKeys(),
                run.renewal,
                authorities.firstEnding(),
                authorities.tenant().certificatePem());
    }

    private final class Run {
        private final Map<String, Map<String, String>> stored;
        private final Authorities authorities;
        private final CredentialInputs inputs;
        private final LeafRequests requests;
        private final Instant now;
        private final List<SecretContent> writes = new ArrayList<>();
        private Instant renewal = Instant.MAX;
        private String controllerManagerCertificate = "";

        Run(
                Map<String, Map<String, String>> stored,
                Authorities authorities,
                CredentialInputs inputs,
                LeafRequests requests,
                Instant now) {
            this.stored = stored;
            this.authorities = authorities;
            this.inputs = inputs;
            this.requests = requests;
            this.now = now;
        }

        void planEtcd() {
            var etcd = authorities.etcd();
            leaf(Keys.ETCD_SERVING_SECRET, etcd, requests.etcdMember(), etcd.certificatePem());
            leaf(Keys.ETCD_CLIENT_SECRET, etcd, requests.etcdClient(), etcd.certificatePem());
        }

        void planApiServer() {
            var tenant = authorities.tenant();
            leaf(
                    Keys.API_SERVER_SERVING_SECRET,
                    tenant,
                    requests.apiServer(),
                    requests.freshApiServer(),
                    tenant.certificatePem());
            var proxy = authorities.frontProxy();
            leaf(Keys.FRONT_PROXY_SECRET, proxy, requests.frontProxy(), proxy.certificatePem());
            var agents = inputs.agents();
            leaf(Keys.KUBELET_CLIENT_SECRET, agents.client(), requests.agentClient(), agents.servingPem());
        }

        void planKubeconfigs() {
            var manager = user(Keys.CONTROLLER_MANAGER_KUBECONFIG, requests.controllerManager());
            controllerManagerCertificate = manager.certificatePem();
            kubeconfig(
                    Keys.CONTROLLER_MANAGER_KUBECONFIG, Map.of(Keys.CONTROLLER_MANAGER_KUBECONFIG, internal(manager)));
            var syncer = user(Keys.SYNCER_KUBECONFIG, requests.syncer());
            kubeconfig(Keys.SYNCER_KUBECONFIG, Map.of(Keys.SYNCER_KUBECONFIG, internal(syncer)));
            var admin = user(Keys.ADMIN_KUBECONFIG, requests.admin());
            var contents = new TreeMap<String, Kubeconfigs.Content>();
            contents.put(Keys.ADMIN_KUBECONFIG, internal(admin));
            inputs.external().ifPresent(endpoint -> contents.put(Keys.EXTERNAL_KUBECONFIG, external(endpoint, admin)));
            kubeconfig(Keys.ADMIN_KUBECONFIG, contents);
        }

        Map<Part, String> restartKeys() {
            String tenant = authorities.tenant().certificatePem();
            String etcd = authorities.etcd().certificatePem();
            String tokens = authorities.serviceAccountPublicPem();
            return Map.of(
                    Part.ETCD, RestartKey.of(etcd),
                    Part.API_SERVER,
                            RestartKey.of(tenant, etcd, tokens, inputs.agents().servingPem()),
                    Part.CONTROLLER_MANAGER, RestartKey.of(tenant, tokens, controllerManagerCertificate));
        }

        private void leaf(String secret, CertificateAuthority authority, LeafRequest request, String trustPem) {
            leaf(secret, authority, request, request, trustPem);
        }

        private void leaf(
                String secret,
                CertificateAuthority authority,
                LeafRequest required,
                LeafRequest fresh,
                String trustPem) {
            var data = stored.getOrDefault(secret, Map.of());
            var present = pair(data).filter(pair -> mayStay(pair, authority, required));
            var leaf = present.orElseGet(() -> authority.issue(fresh, now));
            note(leaf, authority);
            if (present.isEmpty() || !trustPem.equals(data.get(Keys.CA_CERT))) {
                writes.add(new SecretContent(
                        secret,
                        SecretContent.TLS,
                        Map.of(
                                Keys.TLS_CERT, leaf.certificatePem(),
                                Keys.TLS_KEY, leaf.keyPem(),
                                Keys.CA_CERT, trustPem)));
            }
        }

        private KeyedCertificate user(String secret, LeafRequest request) {
            var user = kubeconfigs
                    .read(stored.getOrDefault(secret, Map.of()).get(secret))
                    .map(Kubeconfigs.Content::user)
                    .filter(pair -> mayStay(pair, authorities.tenant(), request))
                    .orElseGet(() -> authorities.tenant().issue(request, now));
            note(user, authorities.tenant());
            return user;
        }

        private void kubeconfig(String secret, Map<String, Kubeconfigs.Content> contents) {
            var data = stored.getOrDefault(secret, Map.of());
            boolean same = data.keySet().equals(contents.keySet())
                    && contents.entrySet().stream()
                            .allMatch(entry -> kubeconfigs
                                    .read(data.get(entry.getKey()))
                                    .filter(entry.getValue()::equals)
                                    .isPresent());
            if (!same) {
                var texts = new TreeMap<String, String>();
                contents.forEach((key, content) ->
                        texts.put(key, kubeconfigs.write(inputs.key().value(), content)));
                writes.add(new SecretContent(secret, SecretContent.OPAQUE, texts));
            }
        }

        private Kubeconfigs.Content internal(KeyedCertificate user) {
            return new Kubeconfigs.Content(
                    inputs.internalServer(), null, authorities.tenant().certificatePem(), user);
        }

        private Kubeconfigs.Content external(CredentialInputs.ExternalEndpoint endpoint, KeyedCertificate user) {
            return new Kubeconfigs.Content(
                    "https://" + CredentialInputs.bracketed(endpoint.host()) + ":" + endpoint.port(),
                    endpoint.lasting() ? null : "kubernetes",
                    authorities.tenant().certificatePem(),
                    user);
        }

        private boolean mayStay(KeyedCertificate pair, CertificateAuthority authority, LeafRequest request) {
            return LeafCheck.whyReplace(pair.certificate(), authority.certificate(), request, now)
                    .isEmpty();
        }

        private void note(KeyedCertificate leaf, CertificateAuthority authority) {
            var due = LeafCheck.renewalOf(leaf.certificate(), authority.certificate());
            renewal = due.isBefore(renewal) ? due : renewal;
        }
    }

    private static Optional<KeyedCertificate> pair(Map<String, String> data) {
        String certificate = data.get(Keys.TLS_CERT);
        String key = data.get(Keys.TLS_KEY);
        if (certificate == null || key == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(KeyedCertificate.parse(certificate, key));
        } catch (PkiException e) {
            return Optional.empty();
        }
    }
}
