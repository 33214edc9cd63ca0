// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.serving;

import dev.virtualcluster.apis.Keys;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the super cluster's API server for a certificate and looks every second whether the operator has signed it. Blocks; one thread at
 * a time.
 */
final class SigningRequestApi implements CertificateAuthority {
    private static final Duration LOOK = Duration.ofMillis(500);

    private final KubernetesClient client;
    private final String nodeName;
    private final Duration lifetime;
    private final LongSupplier nanoTime;
    private final CountDownLatch stopped;

    /** Asks for certificates of {@code lifetime}; the signer may shorten it. Counting {@code stopped} down ends every wait. */
    SigningRequestApi(
            KubernetesClient client,
            String nodeName,
            Duration lifetime,
            LongSupplier nanoTime,
            CountDownLatch stopped) {
        this.client = client;
        this.nodeName = nodeName;
        this.lifetime = lifetime;
        this.nanoTime = nanoTime;
        this.stopped = stopped;
    }

    @Override
    public NodeAddresses addresses() throws IssuanceException {
        try {
            @Nullable Node node = client.nodes().withName(nodeName).get();
            if (node == null) {
                throw new IssuanceException("there is no node " + nodeName + " in the cluster", null);
            }
            NodeAddresses addresses = NodeAddresses.of(node);
            if (addresses.ips().isEmpty()) {
                throw new IssuanceException("node " + nodeName + " has no internal IP address yet", null);
            }
            return addresses;
        } catch (KubernetesClientException e) {
            throw new IssuanceException("node " + nodeName + " cannot be read", e);
        }
    }

    @Override
    public String sign(SigningRequest request, Duration patience) throws IssuanceException, InterruptedException {
        try {
            String name =
                    client.resource(resource(request)).create().getMetadata().getName();
            long until = nanoTime.getAsLong() + patience.toNanos();
            while (nanoTime.getAsLong() < until) {
                String certificate = certificate(name);
                if (!certificate.isEmpty()) {
                    return certificate;
                }
                if (stopped.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IssuanceException("the agent is stopping", null);
                }
            }
            throw new IssuanceException(
                    "CertificateSigningRequest " + name + " is not signed: is the tenant operator running?", null);
        } catch (KubernetesClientException e) {
            throw new IssuanceException("the API server refused a CertificateSigningRequest", e);
        }
    }

    private CertificateSigningRequest resource(SigningRequest request) {
        byte[] pem = request.pem().getBytes(StandardCharsets.US_ASCII);
        return new CertificateSigningRequestBuilder()
                .withNewMetadata()
                .withGenerateName("vn-agent-")
                .addToLabels(Keys.CONTROLLED, Keys.TRUE)
                .endMetadata()
                .withNewSpec()
                .withRequest(Base64.getEncoder().encodeToString(pem))
                .withSignerName(Keys.AGENT_SERVING_SIGNER)
                .withUsages("digital signature", "server auth")
                .withExpirationSeconds((int) lifetime.toSeconds())
                .endSpec()
                .build();
    }

    /** The certificate, or nothing while it is not signed. */
    private String certificate(String name) throws IssuanceException {
        @Nullable
        CertificateSigningRequest found = client.certificates()
                .v1()
                .certificateSigningRequests()
                .withName(name)
                .get();
        if (found == null) {
            throw new IssuanceException("CertificateSigningRequest " + name + " was deleted", null);
        }
        if (found.getStatus() == null) {
            return "";
        }
        for (CertificateSigningRequestCondition condition :
                orEmpty(found.getStatus().getConditions())) {
            if (List.of("Denied", "Failed").contains(condition.getType())) {
                throw new IssuanceException(
                        "CertificateSigningRequest " + name + " " + condition.getType() + ": " + condition.getMessage(),
                        null);
            }
        }
        @Nullable String encoded = found.getStatus().getCertificate();
        return encoded == null ? "" : new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
