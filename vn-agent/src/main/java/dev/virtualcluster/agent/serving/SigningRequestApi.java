// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.serving;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.logging.LogKeys;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the super cluster's API server for a certificate and looks, ever more rarely, whether the operator has signed it. A request
 * stays the same however long that takes: a new one each time would fill the API server while the operator is away. What nobody signs
 * within a day the cluster itself deletes. Blocks; one thread at a time.
 */
final class SigningRequestApi implements CertificateAuthority {
    private static final Logger LOG = LoggerFactory.getLogger(SigningRequestApi.class);
    private static final Duration FIRST_LOOK = Duration.ofMillis(500);
    private static final Duration LAST_LOOK = Duration.ofSeconds(10);
    private static final Duration REMINDER = Duration.ofMinutes(5);

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
    public String sign(SigningRequest request) throws IssuanceException, InterruptedException {
        String name;
        try {
            name = client.resource(resource(request)).create().getMetadata().getName();
        } catch (KubernetesClientException e) {
            throw new IssuanceException("the API server refused a CertificateSigningRequest", e);
        }
        Duration look = FIRST_LOOK;
        long reminded = nanoTime.getAsLong();
        while (true) {
            String certificate = look(name);
            if (!certificate.isEmpty()) {
                return certificate;
            }
            if (nanoTime.getAsLong() - reminded > REMINDER.toNanos()) {
                reminded = nanoTime.getAsLong();
                LOG.atWarn()
                        .addKeyValue(LogKeys.NAME, name)
                        .log("the CertificateSigningRequest is not signed: is the tenant operator running?");
            }
            if (stopped.await(look.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IssuanceException("the agent is stopping", null);
            }
            look = rarer(look);
        }
    }

    static Duration rarer(Duration look) {
        Duration doubled = look.multipliedBy(2);
        return doubled.compareTo(LAST_LOOK) > 0 ? LAST_LOOK : doubled;
    }

    /** The request is there even while the API server cannot be asked about it. */
    private String look(String name) throws IssuanceException {
        try {
            return certificate(name);
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .addKeyValue(LogKeys.NAME, name)
                    .addKeyValue(LogKeys.ERROR, e.toString())
                    .log("the CertificateSigningRequest cannot be read; looking again");
            return "";
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
