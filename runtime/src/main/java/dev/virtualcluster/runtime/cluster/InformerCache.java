// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import dev.virtualcluster.runtime.logging.Excerpt;
import dev.virtualcluster.runtime.logging.LogKeys;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import tools.jackson.core.JacksonException;

/**
 * An {@link ObjectCache} fed by an informer of the client. The informer writes straight into our {@link CacheStore},
 * which notifies; the client's own handlers and their unbounded backlog of whole objects are not used. A watchdog calls
 * {@link #check()} and an informer that has stopped or fallen silent is replaced, while content and listeners stay.
 */
final class InformerCache<T extends HasMetadata> implements ObjectCache<T> {
    private static final Logger LOG = LoggerFactory.getLogger(InformerCache.class);
    /** API servers send a bookmark about every minute; three may be lost before the watch counts as dead. */
    private static final Duration SILENCE_LIMIT = Duration.ofMinutes(3);

    private static final Duration RESTART_PAUSE = Duration.ofSeconds(5);

    private final String cluster;
    private final CacheSpec<T> spec;
    private final KubernetesClient client;
    private final CacheStore<T> store;
    private final WatchActivity.Watched watched;
    private final LongSupplier nanoTicker;
    private final Runnable restarted;
    private final Runnable onClose;
    private final CompletableFuture<@Nullable Void> synced = new CompletableFuture<>();

    private @Nullable Feed feed;
    private long startedAt;
    private boolean closed;
    /** The failure that was told last. */
    private volatile String told = "";

    InformerCache(
            String cluster,
            CacheSpec<T> spec,
            KubernetesClient client,
            WatchActivity activity,
            LongSupplier nanoTicker,
            Runnable restarted,
            java.util.function.Consumer<InformerCache<T>> onClose) {
        this.cluster = cluster;
        this.spec = spec;
        this.client = client;
        this.store = new CacheStore<>(spec.trim());
        this.watched = activity.of(apiPath(spec), orEmpty(spec.labelSelector()), orEmpty(spec.fieldSelector()));
        this.nanoTicker = nanoTicker;
        this.restarted = restarted;
        this.onClose = () -> onClose.accept(this);
    }

    synchronized void start() {
        if (closed) {
            return;
        }
        startedAt = nanoTicker.getAsLong();
        watched.begins();
        feed = new Feed();
    }

    /** Replaces a feed that has stopped or is silent; called by the watchdog every few seconds. */
    synchronized void check() {
        Feed current = feed;
        if (closed || current == null || nanoTicker.getAsLong() - startedAt < RESTART_PAUSE.toNanos()) {
            return;
        }
        boolean stopped = current.informer.stopped().toCompletableFuture().isDone();
        boolean silent = hasBookmarks() && isStale(SILENCE_LIMIT);
        if (!stopped && !silent) {
            return;
        }
        LOG.atWarn()
                .addKeyValue(LogKeys.CLUSTER, cluster)
                .addKeyValue(LogKeys.KIND, spec.kind().getSimpleName())
                .addKeyValue(LogKeys.REASON, stopped ? "stopped" : "silent")
                .addKeyValue(
                        LogKeys.ERROR,
                        Excerpt.of(lastFailure().map(Throwable::toString).orElse("none")))
                .log("the watch is started anew");
        restarted.run();
        current.stop();
        start();
    }

    @Override
    public @Nullable T get(ObjectKey key) {
        return store.get(key);
    }

    @Override
    public Collection<T> list() {
        return store.list();
    }

    @Override
    public Collection<T> list(String namespace) {
        return store.list(namespace);
    }

    @Override
    public int size() {
        return store.size();
    }

    @Override
    public boolean isSynced() {
        return synced.isDone();
    }

    @Override
    public boolean isStale(Duration d) {
        return watched.silentNanos() > d.toNanos();
    }

    @Override
    public Optional<Throwable> lastFailure() {
        return Optional.ofNullable(watched.failure());
    }

    @Override
    public void onChange(ChangeListener<T> l) {
        store.addListener(l);
    }

    @Override
    public void awaitSynced(Duration d) throws InterruptedException, TimeoutException {
        try {
            synced.get(d.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            TimeoutException told = new TimeoutException("no first list of "
                    + spec.kind().getSimpleName() + " from " + cluster + " within " + d
                    + lastFailure().map(cause -> ", last failure: " + cause).orElse(""));
            told.initCause(lastFailure().orElse(e));
            throw told;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (feed != null) {
                feed.stop();
            }
        }
        onClose.run();
    }

    /** API servers keep no watch cache of events and send no bookmarks for them; a dead connection ends that watch too. */
    private boolean hasBookmarks() {
        return !"Event".equals(HasMetadata.getKind(spec.kind()));
    }

    /** What cannot be read stays so until somebody looks at the server; all else comes and goes with it. */
    private void tell(Throwable failure) {
        String text = Excerpt.of(failure.toString());
        boolean isNews = isUnreadable(failure) && !text.equals(told);
        told = text;
        LOG.atLevel(isNews ? Level.WARN : Level.DEBUG)
                .addKeyValue(LogKeys.CLUSTER, cluster)
                .addKeyValue(LogKeys.KIND, spec.kind().getSimpleName())
                .addKeyValue(LogKeys.ERROR, text)
                .log("list or watch failed, will be tried again");
    }

    private static boolean isUnreadable(Throwable failure) {
        return Causes.of(failure)
                .anyMatch(cause -> cause instanceof JacksonException
                        || cause instanceof NullPointerException
                        || cause instanceof ClassCastException
                        || cause instanceof IllegalArgumentException);
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static String apiPath(CacheSpec<?> spec) {
        String version = HasMetadata.getApiVersion(spec.kind());
        String namespace = spec.namespace() == null ? "" : "/namespaces/" + spec.namespace();
        return (version.contains("/") ? "/apis/" : "/api/") + version + namespace + "/"
                + HasMetadata.getPlural(spec.kind());
    }

    private SharedIndexInformer<T> newInformer() {
        MixedOperation<T, KubernetesResourceList<T>, Resource<T>> all = client.resources(spec.kind());
        FilterWatchListDeletable<T, KubernetesResourceList<T>, Resource<T>> filtered =
                spec.namespace() == null ? all.inAnyNamespace() : all.inNamespace(spec.namespace());
        if (spec.labelSelector() != null) {
            filtered = filtered.withLabelSelector(spec.labelSelector());
        }
        if (spec.fieldSelector() != null) {
            for (String term : spec.fieldSelector().split(",", -1)) {
                int at = term.indexOf('=');
                if (at < 1) {
                    throw new IllegalArgumentException("field selector term '" + term + "' has no '='");
                }
                String value = term.substring(at + 1);
                filtered = term.charAt(at - 1) == '!'
                        ? filtered.withoutField(term.substring(0, at - 1), value)
                        : filtered.withField(term.substring(0, at), value);
            }
        }
        return filtered.runnableInformer(0);
    }

    /** One informer and the door through which it writes; shut, when it is replaced, so that it cannot write late. */
    private final class Feed implements ItemStore<T> {
        private final SharedIndexInformer<T> informer;
        private volatile boolean shut;

        Feed() {
            informer = newInformer();
            informer.removeNamespaceIndex();
            informer.itemStore(this);
            informer.exceptionHandler((started, t) -> {
                watched.failed(t);
                tell(t);
                return true;
            });
            informer.start().whenComplete((done, t) -> {
                if (t == null && !shut) {
                    watched.alive();
                    synced.complete(null);
                } else if (t != null) {
                    watched.failed(t);
                }
            });
        }

        void stop() {
            shut = true;
            informer.stop();
        }

        @Override
        public String getKey(T object) {
            return ObjectKey.of(object).toString();
        }

        @Override
        public @Nullable T put(String key, T object) {
            if (shut) {
                return null;
            }
            watched.alive();
            return store.put(object);
        }

        @Override
        public @Nullable T remove(String key) {
            return shut ? null : store.remove(parse(key));
        }

        @Override
        public Stream<String> keySet() {
            return store.keys().map(ObjectKey::toString);
        }

        @Override
        public Stream<T> values() {
            return store.values();
        }

        @Override
        public int size() {
            return store.size();
        }

        @Override
        public @Nullable T get(String key) {
            return store.get(parse(key));
        }

        private ObjectKey parse(String key) {
            int slash = key.indexOf('/');
            return slash < 0
                    ? ObjectKey.clusterScoped(key)
                    : new ObjectKey(key.substring(0, slash), key.substring(slash + 1));
        }
    }
}
