// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.teardown;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.address.Reservations;
import dev.virtualcluster.operator.address.SliceClaims;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.operator.status.Outcome;
import dev.virtualcluster.runtime.logging.LogKeys;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes everything a tenant has in the super cluster. The syncer stops by itself when it sees the deletion.
 *
 * <pre>
 *  tenants' namespaces -> root namespace -> (all gone) -> ServiceCIDR -> (gone) -> reservations -> finalizer
 * </pre>
 *
 * <p>Each look does all that can be done now and says what it waits for. Addresses are given back last: as long as
 * something of the tenant may still use one, nobody else gets it.
 */
public final class Teardown {
    private static final Logger LOG = LoggerFactory.getLogger(Teardown.class);
    /** Namespaces are watched; this is for what a watch does not tell, such as why one hangs. */
    private static final Duration WHILE_TERMINATING = Duration.ofSeconds(5);

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Long LAST_WORDS_SECONDS = 1L;

    private final KubernetesClient client;
    private final SuperWrites writes;
    private final SliceClaims slices;
    private final Reservations reservations;

    /** Reads with {@code client} and writes with {@code writes}. */
    public Teardown(KubernetesClient client, SuperWrites writes, SliceClaims slices, Reservations reservations) {
        this.client = client;
        this.writes = writes;
        this.slices = slices;
        this.reservations = reservations;
    }

    /** Goes as far as it can; empty when nothing is left and the finalizer is gone. */
    public Optional<Outcome> advance(Tenant tenant) throws InterruptedException {
        var namespaces = deleteNamespaces(tenant);
        if (!namespaces.isEmpty()) {
            boolean isEnding = namespaces.stream()
                    .anyMatch(each -> name(each).equals(tenant.rootNamespace()) && endControlPlane(each));
            return Optional.of(Outcome.waiting(
                    "DeletingNamespaces",
                    "Waits until these namespaces are gone: " + describe(namespaces),
                    isEnding ? SOON : WHILE_TERMINATING));
        }
        var slice = slices.remove(tenant);
        if (slice.isPresent()) {
            String holders = reservations
                    .strangers(dev.virtualcluster.operator.address.Cidr.parse(
                            slice.get().getSpec().getCidrs().getFirst()))
                    .stream()
                    .limit(5)
                    .collect(Collectors.joining(", "));
            return Optional.of(Outcome.waiting(
                    "DeletingServiceCIDR",
                    "Waits until the ServiceCIDR " + slice.get().getMetadata().getName() + " is gone"
                            + (holders.isEmpty() ? "" : "; addresses are still used by " + holders),
                    SOON));
        }
        int left = reservations.releaseAll(tenant);
        if (left > 0) {
            return Optional.of(Outcome.waiting(
                    "ReleasingAddresses", "Waits until " + left + " reserved addresses are given back", SOON));
        }
        slices.forget(tenant);
        removeFinalizer(tenant);
        return Optional.empty();
    }

    /** Asks for the deletion of every namespace that is the tenant's, and returns those that still exist. */
    private List<Namespace> deleteNamespaces(Tenant tenant) {
        var found = new ArrayList<Namespace>();
        client.namespaces().withLabels(tenant.labels()).list().getItems().stream()
                .filter(namespace -> isOf(tenant, namespace))
                .forEach(found::add);
        var root = client.namespaces().withName(tenant.rootNamespace()).get();
        if (root != null
                && isOf(tenant, root)
                && found.stream().noneMatch(each -> name(each).equals(name(root)))) {
            // Its labels were taken away; its annotation still proves whose it is.
            found.add(root);
        }
        found.sort(java.util.Comparator.comparing(each -> name(each).equals(tenant.rootNamespace())));
        for (Namespace namespace : found) {
            if (namespace.getMetadata().getDeletionTimestamp() == null) {
                LOG.atInfo()
                        .addKeyValue(LogKeys.TENANT, tenant.key())
                        .addKeyValue(LogKeys.NAMESPACE, name(namespace))
                        .log("deleting a namespace of the tenant");
                writes.delete(namespace);
            }
        }
        return found;
    }

    /**
     * Ends the control plane's pods, and says whether any was there. An API server whose etcd ended before it would wait
     * in vain until its time is over, and nothing it could still save is kept. A pod that is not being deleted is left
     * for the next look: until the namespace is terminating, another would be made in its place.
     */
    private boolean endControlPlane(Namespace root) {
        var pods = client.pods().inNamespace(name(root)).list().getItems();
        pods.stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() != null)
                .filter(pod -> !LAST_WORDS_SECONDS.equals(pod.getMetadata().getDeletionGracePeriodSeconds()))
                .forEach(pod -> writes.delete(pod, LAST_WORDS_SECONDS));
        return !pods.isEmpty();
    }

    private void removeFinalizer(Tenant tenant) {
        var meta = tenant.vc().getMetadata();
        var kept = meta.getFinalizers().stream()
                .filter(finalizer -> !Keys.TEARDOWN_FINALIZER.equals(finalizer))
                .toList();
        writes.merge(
                tenant.vc(),
                Map.of("metadata", Map.of("resourceVersion", meta.getResourceVersion(), "finalizers", kept)));
        LOG.atInfo().addKeyValue(LogKeys.TENANT, tenant.key()).log("the tenant is gone");
    }

    private static boolean isOf(Tenant tenant, Namespace namespace) {
        var annotations = namespace.getMetadata().getAnnotations();
        return annotations != null && tenant.uid().equals(annotations.get(Keys.VC_UID));
    }

    private static String describe(List<Namespace> namespaces) {
        return namespaces.stream().limit(5).map(Teardown::describe).collect(Collectors.joining(", "))
                + (namespaces.size() > 5 ? " and " + (namespaces.size() - 5) + " more" : "");
    }

    /** A namespace that hangs says why in its conditions. */
    private static String describe(Namespace namespace) {
        var status = namespace.getStatus();
        String why = status == null
                ? ""
                : status.getConditions().stream()
                        .filter(condition -> "True".equals(condition.getStatus()))
                        .map(NamespaceCondition::getMessage)
                        .filter(message -> message != null && !message.isEmpty())
                        .findFirst()
                        .map(message -> " (" + message + ")")
                        .orElse("");
        return name(namespace) + why;
    }

    private static String name(Namespace namespace) {
        return namespace.getMetadata().getName();
    }
}
