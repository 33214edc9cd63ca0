// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.addons;

import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.CoreDnsSpec;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.apply.Parallel;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.credentials.CredentialStore;
import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.operator.status.Outcome;
import dev.virtualcluster.operator.status.Report;
import dev.virtualcluster.runtime.addresses.Cidr;
import dev.virtualcluster.runtime.cluster.Causes;
import dev.virtualcluster.runtime.cluster.ClusterConnection;
import dev.virtualcluster.runtime.cluster.KubeconfigException;
import dev.virtualcluster.runtime.logging.Excerpt;
import dev.virtualcluster.runtime.logging.LogKeys;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Installs the add-ons into a tenant whose API server answers. Which manifest was installed last is written on the root
 * namespace, so a tenant is connected to once per manifest, and what he changes or removes later stays so.
 */
public final class AddOnInstaller {
    private static final Logger LOG = LoggerFactory.getLogger(AddOnInstaller.class);
    /** Annotation of the root namespace: digest of the manifest that was installed last. */
    private static final String INSTALLED = Keys.PREFIX + "add-ons";
    /** Annotation of the root namespace: digest of the authority that what was installed trusts since it started. */
    private static final String AUTHORITY = Keys.PREFIX + "add-ons-authority";
    /** Annotation of the root namespace: digest of the API server's image and what it said its version is. */
    private static final String VERSION = Keys.PREFIX + "api-server-version";

    private static final Duration SOON = Duration.ofMillis(250);
    private static final Duration LATER = Duration.ofSeconds(30);
    /** Webhooks of a tenant are given ten seconds unless they ask for more, and may be of the kind that is then ignored. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(15);

    /** The tenant's controller-manager learns of a new authority after his API server does. */
    private static final Duration WHILE_UNTRUSTED = Duration.ofSeconds(10);

    private static final String NAMESPACES = "namespaces";

    private final CredentialStore credentials;
    private final TenantAccess access;
    private final SuperWrites writes;
    private final Parallel parallel;
    private final Patience patience = new Patience(System::nanoTime);

    /** Reaches tenants through {@code access} with the credentials of their admins. */
    public AddOnInstaller(CredentialStore credentials, TenantAccess access, SuperWrites writes, Parallel parallel) {
        this.credentials = credentials;
        this.access = access;
        this.writes = writes;
        this.parallel = parallel;
    }

    /** The version that the tenant's API server reported when it was last asked. */
    public static Optional<String> reportedVersion(Namespace root) {
        String recorded = annotation(root, VERSION);
        int end = recorded.indexOf('/');
        return end < 0 ? Optional.empty() : Optional.of(recorded.substring(end + 1));
    }

    /** Whether the version was reported when the API server ran, in all its replicas, from that image. */
    public static boolean isReportedOf(Namespace root, String image) {
        return annotation(root, VERSION).startsWith(digest(image) + "/");
    }

    /** Whether add-ons, of whatever manifest, were installed once. */
    public static boolean wasInstalled(Namespace root) {
        return !annotation(root, INSTALLED).isEmpty();
    }

    /**
     * Installs what is not installed yet. The root namespace is the tenant's, as it is now; a new image of the API
     * server makes a new look at its version due, and another authority a restart of what trusts the former one.
     */
    public Outcome install(
            Tenant tenant,
            Namespace root,
            CoreDnsSpec spec,
            String apiServerImage,
            Cidr slice,
            String authority,
            Report report)
            throws InterruptedException {
        Optional<String> manifest;
        try {
            manifest = AddOns.manifest(spec, tenant.vc().getSpec().getClusterDomain(), slice);
        } catch (IllegalArgumentException e) {
            return Outcome.blocked(
                    "InvalidAddOn", "spec.coreDNS of the ClusterVersion or spec.clusterDomain: " + e.getMessage());
        }
        boolean isInstalled = digest(manifest.orElse("")).equals(annotation(root, INSTALLED));
        Optional<String> version = reportedVersion(root);
        if (isInstalled && isReportedOf(root, apiServerImage) && !isStale(root, authority)) {
            report.kubernetesVersion(version.orElseThrow());
            rememberAuthority(root, authority);
            return done(manifest);
        }
        if ((wasInstalled(root) || version.isPresent()) && report.isRollingOut(ConditionTypes.API_SERVER_READY)) {
            // A replica of before may still answer, and would be asked for the new one's version.
            return Outcome.ready("Unchanged", "Left as they are until the API server is replaced");
        }
        if (!report.isReady(ConditionTypes.API_SERVER_READY)) {
            return Outcome.waiting("Waiting", "Waits for " + ConditionTypes.API_SERVER_READY);
        }
        var kubeconfig = credentials.read(tenant, Keys.ADMIN_KUBECONFIG, Keys.ADMIN_KUBECONFIG);
        if (kubeconfig.isEmpty()) {
            return Outcome.waiting("CredentialsMissing", "Waits for the admin's kubeconfig", SOON);
        }
        var resting = patience.resting(tenant.key());
        if (resting.isPresent()) {
            return resting.get();
        }
        long begin = System.nanoTime();
        try (ClusterConnection connection = open(tenant, kubeconfig.get())) {
            String asked = version(connection);
            report.kubernetesVersion(asked);
            // Before anything that may be refused: that a tenant runs this version is what forbids the way back.
            record(root, VERSION, digest(apiServerImage) + "/" + asked);
            if (!isInstalled) {
                if (manifest.isPresent()) {
                    apply(connection, manifest.get());
                }
                record(root, INSTALLED, digest(manifest.orElse("")));
                rememberAuthority(root, authority);
                LOG.atInfo()
                        .addKeyValue(LogKeys.TENANT, tenant.key())
                        .addKeyValue(LogKeys.VERSION, asked)
                        .log("add-ons installed");
            }
            patience.forget(tenant.key());
            return isStale(root, authority) ? renew(tenant, root, connection, authority, report) : done(manifest);
        } catch (KubeconfigException e) {
            return Outcome.blocked("CredentialsUnusable", "The admin's kubeconfig: " + e.getMessage());
        } catch (TenantAnswerException e) {
            var delay = afterTry(tenant, begin);
            return rested(tenant, delay, failed(e.answer, delay));
        } catch (TimeoutException e) {
            var delay = afterTry(tenant, begin);
            return rested(tenant, delay, unanswered(delay));
        }
    }

    /** Of what was installed before this was recorded, the authority of today counts. */
    private void rememberAuthority(Namespace root, String authority) {
        if (annotation(root, AUTHORITY).isEmpty()) {
            record(root, AUTHORITY, digest(authority));
        }
    }

    /** Whether what runs in the tenant began under another authority than today's. */
    private static boolean isStale(Namespace root, String authority) {
        String recorded = annotation(root, AUTHORITY);
        return !recorded.isEmpty() && !recorded.equals(digest(authority));
    }

    /**
     * CoreDNS reads once whom to trust, and under another authority learns of no Service any more. A Deployment that the
     * tenant removed stays removed.
     */
    private Outcome renew(Tenant tenant, Namespace root, ClusterConnection connection, String authority, Report report)
            throws InterruptedException, TimeoutException, TenantAnswerException {
        var isDone = new AtomicBoolean();
        ask(List.of(() -> isDone.set(TenantDns.restart(connection.client(), authority, digest(authority)))));
        if (!isDone.get()) {
            report.lookAgainAfter(WHILE_UNTRUSTED);
            return Outcome.ready("Unchanged", "DNS is restarted when the tenant's pods are given the new authority");
        }
        record(root, AUTHORITY, digest(authority));
        LOG.atInfo()
                .addKeyValue(LogKeys.TENANT, tenant.key())
                .log("the tenant's DNS restarts: his authority is another");
        return Outcome.ready("Installed", "DNS is installed");
    }

    /** Forgets a tenant that is gone. */
    public void forget(Tenant tenant) {
        patience.forget(tenant.key());
    }

    private Outcome rested(Tenant tenant, Duration delay, Outcome outcome) {
        patience.rest(tenant.key(), delay, outcome);
        return outcome;
    }

    private Duration afterTry(Tenant tenant, long begin) {
        return patience.afterTry(tenant.key(), Duration.ofNanos(System.nanoTime() - begin));
    }

    private ClusterConnection open(Tenant tenant, byte[] kubeconfig) throws KubeconfigException, TenantAnswerException {
        try {
            return access.open(tenant, kubeconfig);
        } catch (KubernetesClientException e) {
            throw new TenantAnswerException(e);
        }
    }

    private String version(ClusterConnection connection)
            throws InterruptedException, TimeoutException, TenantAnswerException {
        var version = new AtomicReference<>("");
        ask(List.of(() -> version.set(connection.client().getKubernetesVersion().getGitVersion())));
        return version.get();
    }

    private void record(Namespace root, String annotation, String value) {
        writes.merge(root, Map.of("metadata", Map.of("annotations", Map.of(annotation, value))));
    }

    private static String annotation(Namespace root, String name) {
        return Objects.requireNonNullElse(root.getMetadata().getAnnotations(), Map.<String, String>of())
                .getOrDefault(name, "");
    }

    private static String digest(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** None of the objects needs another one to be there before it. */
    private void apply(ClusterConnection connection, String yaml)
            throws InterruptedException, TimeoutException, TenantAnswerException {
        List<HasMetadata> objects = read(connection, yaml);
        List<Runnable> tasks = objects.stream()
                .<Runnable>map(object -> () -> {
                    var ignored = connection
                            .client()
                            .resource(object)
                            .fieldManager(SuperWrites.FIELD_MANAGER)
                            .forceConflicts()
                            .serverSideApply();
                })
                .toList();
        ask(tasks);
    }

    private static List<HasMetadata> read(ClusterConnection connection, String yaml) throws TenantAnswerException {
        try {
            return connection
                    .client()
                    .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                    .items();
        } catch (KubernetesClientException e) {
            throw new TenantAnswerException(e);
        }
    }

    private void ask(List<Runnable> tasks) throws InterruptedException, TimeoutException, TenantAnswerException {
        try {
            parallel.run(tasks.size(), tasks, LONGEST_ANSWER);
        } catch (KubernetesClientException e) {
            throw new TenantAnswerException(e);
        }
    }

    /**
     * The first connection is often too early: the address is forwarded to the pod a moment after it is ready, and the
     * API server makes its own namespaces after that. Whatever else it says, a webhook of the tenant's may be what says
     * it, and would be asked four times a second for ever. Nobody is asked again before {@code delay}.
     */
    static Outcome failed(KubernetesClientException e, Duration delay) {
        if ((e.getCode() <= 0 && e.getStatus() == null && !isOurs(e))
                || e.getCode() == HttpURLConnection.HTTP_UNAVAILABLE) {
            return unanswered(delay);
        }
        if (lacksNamespace(e)) {
            return Outcome.waiting("Starting", "The tenant's API server has not made its namespaces yet", delay);
        }
        return Outcome.blocked(
                "Refused",
                (e.getCode() <= 0 ? "The add-ons cannot be applied: " : "The tenant's API server refuses: ")
                        + Excerpt.of(String.valueOf(e.getMessage())),
                delay.compareTo(LATER) < 0 ? LATER : delay);
    }

    /** Whether it is the client that refuses by itself, or cannot read, and not the way to the server that is broken. */
    private static boolean isOurs(KubernetesClientException e) {
        return e.getCause() == null || Causes.of(e).anyMatch(JacksonException.class::isInstance);
    }

    private static Outcome unanswered(Duration delay) {
        return Outcome.waiting("Connecting", "The tenant's API server does not answer yet", delay);
    }

    private static boolean lacksNamespace(KubernetesClientException e) {
        var status = e.getStatus();
        return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                && status != null
                && status.getDetails() != null
                && NAMESPACES.equals(status.getDetails().getKind());
    }

    private static Outcome done(Optional<String> manifest) {
        return Outcome.ready("Installed", manifest.isPresent() ? "DNS is installed" : "No add-on is asked for");
    }

    /** What the tenant's API server, or the client that speaks to it, answered: not to be told of the super cluster's. */
    private static final class TenantAnswerException extends Exception {
        private final KubernetesClientException answer;

        TenantAnswerException(KubernetesClientException answer) {
            super(answer);
            this.answer = answer;
        }
    }
}
