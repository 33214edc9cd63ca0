// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.logging.LogKeys;
import dev.virtualcluster.runtime.reconcile.Result;
import dev.virtualcluster.syncer.engine.Changes;
import dev.virtualcluster.syncer.engine.Refusals;
import dev.virtualcluster.syncer.engine.SuperNamespaces;
import dev.virtualcluster.syncer.engine.SuperObjects;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.engine.SyncedKind;
import dev.virtualcluster.syncer.engine.Tenants;
import dev.virtualcluster.syncer.ownership.Ownership;
import dev.virtualcluster.syncer.requests.Paths;
import dev.virtualcluster.syncer.requests.Requests;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadataList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the super cluster reports about mirrored objects goes up in the tenant's words. Events carry no label of ours, so
 * all are watched, but only those of tenants' namespaces are kept, and of them only what is passed on. The tenants' own
 * events are not cached at all.
 */
final class Events implements SyncedKind<Namespace, Event> {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    /** The kinds whose events go up. */
    private static final Map<String, Class<? extends HasMetadata>> KINDS =
            Map.of("Pod", Pod.class, "Service", Service.class);

    private final SyncContext context;
    private static final int PAGE = 500;
    /** Of a tenant with more events, the others cost a request each that says "exists already". */
    private static final int MAX_PAGES = 40;
    /**
     * An ordinary event of a pod that starts goes after what it tells of: there are four of them, and their writes would
     * take the processors from the pod's own way to Running, half a second with a kubelet.
     */
    private static final Duration AFTER_THE_NEWS = Duration.ofSeconds(1);

    /** While a tenant is asked what it has. */
    private static final Duration SOON = Duration.ofSeconds(1);

    /**
     * By tenant: events it had when it came and that were not looked at since. Shrinks as they are. None for a tenant means
     * that it is still being asked.
     */
    private final Map<String, Set<ObjectKey>> knownFromBefore = new ConcurrentHashMap<>();

    Events(SyncContext context) {
        this.context = context;
    }

    @Override
    public String name() {
        return "events";
    }

    @Override
    public Class<Namespace> tenantType() {
        return Namespace.class;
    }

    @Override
    public Class<Event> superType() {
        return Event.class;
    }

    @Override
    public @Nullable CacheSpec<Namespace> tenantCache() {
        return null;
    }

    @Override
    public CacheSpec<Event> superCache() {
        return CacheSpec.all(Event.class).trimmed(this::trimmed);
    }

    @Override
    public boolean concernsDown(@Nullable Namespace before, @Nullable Namespace after) {
        return false;
    }

    @Override
    public boolean isDrift(@Nullable Event before, @Nullable Event after) {
        return false;
    }

    @Override
    public boolean concernsUp(@Nullable Event before, @Nullable Event after) {
        return after != null && after.getInvolvedObject() != null && Changes.ofAnything(before, after);
    }

    @Override
    public Duration upDelay(Event event) {
        boolean canWait = "Normal".equals(event.getType())
                && event.getInvolvedObject() != null
                && twin(event) instanceof Pod pod
                // What is on its way out may be gone by then, and who it was.
                && pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && "Pending".equals(pod.getStatus().getPhase());
        return canWait ? AFTER_THE_NEWS : Duration.ZERO;
    }

    @Override
    public void route(Event event, Tenants tenants, BiConsumer<Tenant, ObjectKey> to) {
        SuperNamespaces.Home home =
                context.namespaces().home(event.getMetadata().getNamespace());
        Tenant tenant = home == null ? null : tenants.byKey(home.tenantKey());
        if (home != null && tenant != null) {
            to.accept(
                    tenant,
                    new ObjectKey(home.tenantNamespace(), event.getMetadata().getName()));
        }
    }

    /** Asks once for the events the tenant has, so that a restart does not send all of them again. */
    @Override
    public void tenantAdded(Tenant tenant) {
        Set<ObjectKey> known = ConcurrentHashMap.newKeySet();
        try {
            String next = "";
            for (int page = 0; next != null && page < MAX_PAGES; page++) {
                next = addPage(tenant, next, known);
            }
        } catch (KubernetesClientException e) {
            // Then each of them costs a request that says "exists already".
            LOG.atDebug()
                    .addKeyValue(LogKeys.TENANT, tenant.key())
                    .setCause(e)
                    .log("the tenant's events could not be listed");
        } finally {
            // Whatever came of it: events wait for this.
            knownFromBefore.put(tenant.key(), known);
            if (context.tenants().byKey(tenant.key()) == null) {
                knownFromBefore.remove(tenant.key());
            }
        }
    }

    /** Asks for one page; returns where the next begins, null when there is none. */
    private @Nullable String addPage(Tenant tenant, String from, Set<ObjectKey> known) {
        PartialObjectMetadataList list = Requests.send(
                tenant.client(),
                "GET",
                Paths.ofCollection(Event.class, null) + "?limit=" + PAGE
                        + (from.isEmpty() ? "" : "&continue=" + URLEncoder.encode(from, StandardCharsets.UTF_8)),
                Requests.JSON,
                null,
                PartialObjectMetadataList.class,
                Requests.METADATA_LIST);
        List<PartialObjectMetadata> events = list.getItems();
        for (PartialObjectMetadata event : events == null ? List.<PartialObjectMetadata>of() : events) {
            ObjectKey key = ObjectKey.of(event);
            // The tenant's own events are none of ours.
            if (twin(tenant, key) != null) {
                known.add(key);
            }
        }
        String next = list.getMetadata() == null ? null : list.getMetadata().getContinue();
        return next == null || next.isEmpty() ? null : next;
    }

    @Override
    public void tenantRemoved(Tenant tenant) {
        knownFromBefore.remove(tenant.key());
    }

    @Override
    public Result up(Tenant tenant, ObjectKey key) {
        Event event = twin(tenant, key);
        if (event == null || event.getInvolvedObject() == null) {
            return new Result.Done();
        }
        Set<ObjectKey> known = knownFromBefore.get(tenant.key());
        if (known == null) {
            return new Result.RequeueAfter(SOON);
        }
        if (known.remove(key) && !isRepeated(event)) {
            return new Result.Done();
        }
        Event translated = translated(tenant, key, event);
        if (translated != null) {
            write(tenant, key, translated);
        }
        return new Result.Done();
    }

    private @Nullable Event twin(Tenant tenant, ObjectKey key) {
        return context.superCluster()
                .objects(Event.class)
                .get(new ObjectKey(tenant.superNamespace(key.namespace()), key.name()));
    }

    private @Nullable Event translated(Tenant tenant, ObjectKey key, Event event) {
        ObjectReference involved = event.getInvolvedObject();
        HasMetadata twin = twin(event);
        ObjectKey object = twin == null ? null : Ownership.tenantKey(tenant, twin);
        String uid = twin == null ? null : Ownership.tenantUid(twin);
        if (twin == null
                || object == null
                || uid == null
                || !isAbout(involved, twin)
                || isHidden(involved, twin)
                || isTooSoon(event)) {
            return null;
        }
        return EventTranslation.translated(tenant, key, event, object, uid);
    }

    /** The object of the super cluster that the event is about; null when it is none that we know. */
    private @Nullable HasMetadata twin(Event event) {
        ObjectReference involved = event.getInvolvedObject();
        String kind = involved.getKind();
        Class<? extends HasMetadata> type = kind == null ? null : KINDS.get(kind);
        String namespace = event.getMetadata().getNamespace();
        if (type == null || involved.getName() == null || !namespace.equals(involved.getNamespace())) {
            return null;
        }
        SuperObjects<? extends HasMetadata> objects = context.superCluster().find(type);
        return objects == null ? null : objects.get(new ObjectKey(namespace, involved.getName()));
    }

    private static boolean isAbout(ObjectReference involved, HasMetadata twin) {
        // Some reporters leave the UID out; a wrong one speaks of a predecessor.
        return involved.getUid() == null
                || involved.getUid().equals(twin.getMetadata().getUid());
    }

    /** Tells whether it is about a container that something in the super cluster put into the tenant's pod. */
    private static boolean isHidden(ObjectReference involved, HasMetadata twin) {
        String path = involved.getFieldPath();
        if (path == null || path.isEmpty() || !(twin instanceof Pod pod)) {
            return false;
        }
        // As kubelets write it: spec.containers{name}.
        int open = path.indexOf('{');
        return open < 0
                || !path.endsWith("}")
                || !Ownership.containers(pod).contains(path.substring(open + 1, path.length() - 1));
    }

    /**
     * A kubelet that looked for a pod's tokens before they were there looks again half a second later, and says so once
     * more when they still are not.
     */
    private static boolean isTooSoon(Event event) {
        return "FailedMount".equals(event.getReason())
                && !isRepeated(event)
                && event.getMessage() != null
                && event.getMessage().contains("\"" + Keys.TOKEN_SECRET_PREFIX)
                && event.getMessage().endsWith("not found");
    }

    private static void write(Tenant tenant, ObjectKey key, Event event) {
        if (isRepeated(event) && patch(tenant, key, event)) {
            return;
        }
        try {
            Requests.createBriefly(tenant.client(), event);
        } catch (KubernetesClientException e) {
            // It is there already, from before a restart; and a namespace that is going takes no events any more.
            if (!Refusals.isAlreadyExists(e) && !Refusals.isNotFound(e) && e.getCode() != 403) {
                throw e;
            }
        }
    }

    private static boolean isRepeated(Event event) {
        return (event.getCount() != null && event.getCount() > 1) || event.getSeries() != null;
    }

    private static boolean patch(Tenant tenant, ObjectKey key, Event event) {
        Map<String, Object> changes = new LinkedHashMap<>();
        changes.put("count", event.getCount());
        changes.put("lastTimestamp", event.getLastTimestamp());
        changes.put("message", event.getMessage());
        changes.put("series", event.getSeries());
        changes.values().removeIf(java.util.Objects::isNull);
        try {
            Requests.patchForMetadata(tenant.client(), Event.class, key, "", Requests.MERGE_PATCH, changes);
            return true;
        } catch (KubernetesClientException e) {
            if (Refusals.isNotFound(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Events of nobody we serve shrink to their name; of the others stays what is passed on. */
    private Event trimmed(Event event) {
        ObjectMeta full = event.getMetadata();
        ObjectMeta meta = new ObjectMeta();
        meta.setNamespace(full.getNamespace());
        meta.setName(full.getName());
        meta.setUid(full.getUid());
        meta.setResourceVersion(full.getResourceVersion());
        if (context.namespaces().home(full.getNamespace()) == null) {
            Event shell = new Event();
            shell.setMetadata(meta);
            return shell;
        }
        event.setMetadata(meta);
        event.setRelated(null);
        return event;
    }
}
