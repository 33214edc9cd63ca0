// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.credentials;

import dev.virtualcluster.operator.apply.Parallel;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.controlplane.Part;
import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.runtime.cluster.ObjectCache;
import dev.virtualcluster.runtime.logging.LogKeys;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the Secrets of root namespaces. Authorities are created, never overwritten: whoever is faster wins, and
 * everybody derives from what is stored. Safe for any thread; one tenant is kept by one thread at a time.
 */
public final class CredentialStore {
    private static final Logger LOG = LoggerFactory.getLogger(CredentialStore.class);
    private static final String PART = "credentials";
    private static final int CONCURRENT_WRITES = 8;
    private static final Duration LONGEST_REST = Duration.ofHours(12);
    /** How long before its end an authority is spoken of: all that was derived from it must be exchanged by then. */
    private static final Duration NOTICE = Duration.ofDays(90);

    private final KubernetesClient client;
    private final SuperWrites writes;
    private final ObjectCache<Secret> cache;
    private final TenantCredentials credentials;
    private final Parallel parallel;
    private final InstantSource clock;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    /**
     * The state of a tenant's credentials after a look at them.
     *
     * @param restartKeys per part, a digest of what its processes read only when they start
     * @param nextLook when to look again although nothing was seen to change
     * @param ending the authority that ends first, when that is soon
     * @param authority certificate of the authority that the tenant's clients trust, as PEM
     */
    public record State(
            Map<Part, String> restartKeys, Duration nextLook, Optional<Authorities.Ending> ending, String authority) {}

    private record Kept(
            String fingerprint,
            CredentialInputs inputs,
            Map<Part, String> restartKeys,
            Instant seen,
            Instant renewal,
            Authorities.Ending firstEnding,
            String authority) {}

    /** Keeps Secrets that {@code cache} watches without their data. */
    public CredentialStore(
            KubernetesClient client,
            SuperWrites writes,
            ObjectCache<Secret> cache,
            TenantCredentials credentials,
            Parallel parallel,
            InstantSource clock) {
        this.client = client;
        this.writes = writes;
        this.cache = cache;
        this.credentials = credentials;
        this.parallel = parallel;
        this.clock = clock;
    }

    /** Sees to it that every Secret is there and good. Nothing is read or written while nothing changed. */
    public State keep(Tenant tenant, CredentialInputs inputs) throws InterruptedException {
        String namespace = tenant.rootNamespace();
        var now = clock.instant();
        var known = kept.get(namespace);
        if (known != null
                && known.fingerprint.equals(fingerprint(cache.list(namespace)))
                && known.inputs.equals(inputs)
                // A clock that went back was ahead, and what was made then may begin in the future.
                && !now.isBefore(known.seen)
                && now.isBefore(known.renewal)) {
            return state(known, now);
        }
        var secrets = byName(client.secrets().inNamespace(namespace).list().getItems());
        createMissingAuthorities(tenant, secrets, now);
        var stored = new HashMap<String, Map<String, String>>();
        secrets.forEach((name, secret) -> stored.put(name, decoded(secret)));
        var plan = credentials.plan(stored, inputs, now);
        var tasks = new java.util.ArrayList<Runnable>();
        var written = new ConcurrentHashMap<String, Secret>();
        for (SecretContent content : plan.writes()) {
            tasks.add(() -> written.put(content.name(), applied(tenant, content, secrets.get(content.name()))));
        }
        for (Secret unlabelled : unlabelled(tenant, secrets, plan.writes())) {
            tasks.add(() -> written.put(name(unlabelled), writes.apply(relabelled(tenant, unlabelled))));
        }
        parallel.run(CONCURRENT_WRITES, tasks);
        secrets.putAll(written);
        var next = new Kept(
                fingerprint(ours(secrets)),
                inputs,
                plan.restartKeys(),
                now,
                plan.renewal(),
                plan.firstEnding(),
                plan.authority());
        kept.put(namespace, next);
        return state(next, now);
    }

    /** Reads one value of a tenant's Secret from the API server. */
    public Optional<byte[]> read(Tenant tenant, String secret, String key) {
        var found = client.secrets()
                .inNamespace(tenant.rootNamespace())
                .withName(secret)
                .get();
        return Optional.ofNullable(found)
                .map(Secret::getData)
                .map(data -> data.get(key))
                .map(Base64.getDecoder()::decode);
    }

    /** Forgets a tenant that is gone. */
    public void forget(Tenant tenant) {
        kept.remove(tenant.rootNamespace());
    }

    private void createMissingAuthorities(Tenant tenant, Map<String, Secret> secrets, Instant now)
            throws InterruptedException {
        var missing = Authorities.missing(
                secrets.keySet().stream().collect(Collectors.toMap(name -> name, name -> Map.<String, String>of())),
                tenant.key().value(),
                now);
        if (missing.isEmpty()) {
            return;
        }
        LOG.atInfo()
                .addKeyValue(LogKeys.TENANT, tenant.key())
                .addKeyValue(LogKeys.COUNT, missing.size())
                .log("creating the tenant's authorities");
        var created = new ConcurrentHashMap<String, Secret>();
        List<Runnable> tasks = missing.stream()
                .<Runnable>map(content -> () -> created.put(
                        content.name(),
                        writes.create(secret(tenant, content)).orElseThrow(() -> conflict(content.name()))))
                .toList();
        parallel.run(CONCURRENT_WRITES, tasks);
        secrets.putAll(created);
    }

    /** A Secret's type cannot be changed: one of another type that blocks the name is replaced. */
    private Secret applied(Tenant tenant, SecretContent content, @org.jspecify.annotations.Nullable Secret present) {
        if (present != null && !content.type().equals(present.getType())) {
            writes.delete(present);
        }
        return writes.apply(secret(tenant, content));
    }

    private List<Secret> unlabelled(Tenant tenant, Map<String, Secret> secrets, List<SecretContent> rewritten) {
        var wanted = tenant.labels(PART).entrySet();
        var names = rewritten.stream().map(SecretContent::name).collect(Collectors.toSet());
        return secrets.values().stream()
                .filter(secret -> TenantCredentials.NAMES.contains(name(secret)) && !names.contains(name(secret)))
                .filter(secret -> secret.getMetadata().getLabels() == null
                        || !secret.getMetadata().getLabels().entrySet().containsAll(wanted))
                .toList();
    }

    private static Secret relabelled(Tenant tenant, Secret present) {
        return secret(tenant, new SecretContent(name(present), present.getType(), decoded(present)));
    }

    private State state(Kept known, Instant now) {
        var rest = Duration.between(now, known.renewal);
        return new State(
                known.restartKeys,
                rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST,
                Optional.of(known.firstEnding)
                        .filter(ending -> !now.isBefore(ending.at().minus(NOTICE))),
                known.authority);
    }

    private static List<Secret> ours(Map<String, Secret> secrets) {
        return secrets.values().stream()
                .filter(secret -> secret.getMetadata().getLabels() != null
                        && secret.getMetadata()
                                .getLabels()
                                .containsKey(dev.virtualcluster.operator.controlplane.Completion.PART_LABEL))
                .toList();
    }

    private static String fingerprint(Collection<Secret> secrets) {
        return secrets.stream()
                .map(secret -> name(secret) + "@" + secret.getMetadata().getUid() + "@"
                        + secret.getMetadata().getResourceVersion())
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static Map<String, Secret> byName(List<Secret> secrets) {
        return new TreeMap<>(secrets.stream().collect(Collectors.toMap(CredentialStore::name, secret -> secret)));
    }

    private static Map<String, String> decoded(Secret secret) {
        var decoded = new HashMap<String, String>();
        if (secret.getData() != null) {
            secret.getData()
                    .forEach((key, value) ->
                            decoded.put(key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
        }
        return decoded;
    }

    private static Secret secret(Tenant tenant, SecretContent content) {
        var data = new TreeMap<String, String>();
        content.data()
                .forEach((key, value) ->
                        data.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(tenant.rootNamespace())
                .withName(content.name())
                .withLabels(new TreeMap<>(tenant.labels(PART)))
                .withAnnotations(new TreeMap<>(tenant.annotations()))
                .endMetadata()
                .withType(content.type())
                .withData(data)
                .build();
    }

    private static KubernetesClientException conflict(String secret) {
        return new KubernetesClientException(
                "Secret " + secret + " was created by somebody else meanwhile", HttpURLConnection.HTTP_CONFLICT, null);
    }

    private static String name(Secret secret) {
        return secret.getMetadata().getName();
    }
}
