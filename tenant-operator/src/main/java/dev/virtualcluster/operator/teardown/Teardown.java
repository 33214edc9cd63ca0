// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.teardown;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.operator.address.Reservations;
import dev.virtualcluster.operator.address.SliceClaims;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.operator.status.Outcome;
import dev.virtualcluster.runtime.logging.LogKeys;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
 *  pods -> (ended) -> tenants' namespaces, root namespace, ServiceCIDR -> (all gone) -> reservations -> finalizer
 * </pre>
 *
 * <p>Pods go first because a namespace that still has some is looked at again by Kubernetes only after half of their
 * grace period, however soon they end. A pod gets its own grace period, up to {@link #LONGEST_GRACE}, also when the
 * deletion is old already; one that has not ended {@link PodEnd#PATIENCE} after that, because its node is dead, is removed
 * by force.
 *
 * <p>Each look does all that can be done now and says what it waits for. Addresses are given back last: as long as
 * something of the tenant may still use one, nobody else gets it.
 */
public final class Teardown {
    private static final Logger LOG = LoggerFactory.getLogger(Teardown.class);
    /** Namespaces are watched; this is for what a watch does not tell, such as why one hangs. */
    private static final Duration WHILE_TERMINATING = Duration.ofSeconds(5);

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LONGEST_GRACE = Duration.ofSeconds(30);
    /** An API server whose etcd ended before it waits in vain; nothing that it could still save is kept. */
    private static final Duration CONTROL_PLANE_GRACE = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final SuperWrites writes;
    private final SliceClaims slices;
    private final Reservations reservations;
    private final InstantSource clock;

    /** Reads with {@code client} and writes with {@code writes}. */
    public Teardown(
            KubernetesClient client,
            SuperWrites writes,
            SliceClaims slices,
            Reservations reservations,
            InstantSource clock) {
        this.client = client;
        this.writes = writes;
        this.slices = slices;
        this.reservations = reservations;
        this.clock = clock;
    }

    /** Goes as far as it can; empty when nothing is left and the finalizer is gone. */
    public Optional<Outcome> advance(Tenant tenant) throws InterruptedException {
        var namespaces = namespaces(tenant);
        var pods = endPods(tenant, namespaces);
        if (!pods.isEmpty()) {
            return Optional.of(Outcome.waiting(
                    "EndingPods",
                    "Waits until " + pods.size() + " pods have ended, among them "
                            + pods.getFirst().getMetadata().getNamespace() + "/" + name(pods.getFirst()),
                    SOON));
        }
        if (!namespaces.isEmpty()) {
            deleteNamespaces(tenant, namespaces);
            // It stays as long as Services have addresses of it, and some seconds more: those may as well pass now.
            slices.remove(tenant);
            return Optional.of(Outcome.waiting(
                    "DeletingNamespaces",
                    "Waits until these namespaces are gone: " + describe(namespaces),
                    WHILE_TERMINATING));
        }
        var slice = slices.remove(tenant);
        if (slice.isPresent()) {
            String holders = reservations
                    .strangers(dev.virtualcluster.runtime.addresses.Cidr.parse(
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

    /** The tenant's namespaces that still exist, the root namespace last. */
    private List<Namespace> namespaces(Tenant tenant) {
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
        return found;
    }

    private void deleteNamespaces(Tenant tenant, List<Namespace> namespaces) {
        for (Namespace namespace : namespaces) {
            if (namespace.getMetadata().getDeletionTimestamp() == null) {
                LOG.atInfo()
                        .addKeyValue(LogKeys.TENANT, tenant.key())
                        .addKeyValue(LogKeys.NAMESPACE, name(namespace))
                        .log("deleting a namespace of the tenant");
                writes.delete(namespace);
            }
        }
    }

    /** Asks every pod to end, and returns those that still exist and are to be waited for. */
    private List<Pod> endPods(Tenant tenant, List<Namespace> namespaces) {
        var pods = new ArrayList<Pod>();
        for (Namespace namespace : namespaces) {
            boolean isRoot = name(namespace).equals(tenant.rootNamespace());
            if (isRoot) {
                disband(name(namespace));
            }
            for (Pod pod : client.pods().inNamespace(name(namespace)).list().getItems()) {
                PodEnd.graceToSend(pod, isRoot ? CONTROL_PLANE_GRACE : LONGEST_GRACE, clock.instant())
                        .ifPresent(grace -> writes.delete(pod, grace));
                if (isWaitedFor(tenant, pod)) {
                    pods.add(pod);
                }
            }
        }
        return pods;
    }

    /** StatefulSets would put new pods in the place of those that end, and claims outlive their namespace's first look. */
    private void disband(String rootNamespace) {
        client.apps().statefulSets().inNamespace(rootNamespace).list().getItems().stream()
                .filter(set -> set.getMetadata().getDeletionTimestamp() == null)
                .forEach(writes::deleteAlone);
        client.persistentVolumeClaims().inNamespace(rootNamespace).list().getItems().stream()
                .filter(claim -> claim.getMetadata().getDeletionTimestamp() == null)
                .forEach(writes::delete);
    }

    /**
     * Not one that was removed by force: what keeps it now, a finalizer, its namespace tells. Nor, after a while, one that
     * somebody made during the deletion: he may make another for each that ends, until the namespace goes.
     */
    private boolean isWaitedFor(Tenant tenant, Pod pod) {
        String since = tenant.vc().getMetadata().getDeletionTimestamp();
        if (since == null) {
            return !PodEnd.isOverdue(pod, clock.instant());
        }
        Instant deleted = Instant.parse(since);
        boolean isLate = clock.instant().isAfter(deleted.plus(LONGEST_GRACE).plus(PodEnd.PATIENCE));
        return !PodEnd.isOverdue(pod, clock.instant()) && !(isLate && PodEnd.isMadeAfter(pod, deleted));
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

    private static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }
}
