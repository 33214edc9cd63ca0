// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.teardown;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.VirtualCluster;
import dev.virtualcluster.operator.address.Reservations;
import dev.virtualcluster.operator.apply.Parallel;
import dev.virtualcluster.operator.apply.SuperWrites;
import dev.virtualcluster.runtime.logging.LogKeys;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.networking.v1.IPAddress;
import io.fabric8.kubernetes.api.model.networking.v1.ServiceCIDR;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what belongs to VirtualClusters that no longer exist: the finalizer was taken away by hand, or a process that
 * had lost its leadership wrote once more. The tenants are listed after what may be theirs, so that nothing of a tenant
 * made meanwhile is taken for an orphan.
 */
public final class Orphans {
    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);
    private static final int CONCURRENT_WRITES = 16;

    private final KubernetesClient client;
    private final SuperWrites writes;
    private final Parallel parallel;

    /** Reads with {@code client} and writes with {@code writes}. */
    public Orphans(KubernetesClient client, SuperWrites writes, Parallel parallel) {
        this.client = client;
        this.writes = writes;
        this.parallel = parallel;
    }

    /** Looks once. Addresses go only in a look that finds no namespace of their tenant any more. */
    public void collect() throws InterruptedException {
        var namespaces = list(Namespace.class);
        var slices = list(ServiceCIDR.class);
        var addresses = list(IPAddress.class);
        Set<String> alive = client.resources(VirtualCluster.class).inAnyNamespace().list().getItems().stream()
                .flatMap(vc -> Stream.of(vc.getMetadata().getUid(), name(vc.getMetadata())))
                .collect(Collectors.toSet());
        delete(orphans(namespaces, alive));
        Set<String> housed = owners(namespaces);
        delete(orphans(slices, alive).stream()
                .filter(slice -> !housed.contains(owner(slice)))
                .toList());
        Set<String> sliced = owners(slices);
        delete(orphans(addresses, alive).stream()
                .filter(address -> !housed.contains(owner(address)) && !sliced.contains(owner(address)))
                .toList());
    }

    private <T extends HasMetadata> List<T> list(Class<T> kind) {
        return client.resources(kind)
                .withLabel(Keys.CONTROLLED, Keys.TRUE)
                .list()
                .getItems();
    }

    private static <T extends HasMetadata> List<T> orphans(List<T> objects, Set<String> alive) {
        return objects.stream()
                .filter(object -> !owner(object).isEmpty() && !alive.contains(owner(object)))
                .filter(object -> object.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private void delete(List<? extends HasMetadata> orphans) throws InterruptedException {
        if (orphans.isEmpty()) {
            return;
        }
        LOG.atWarn()
                .addKeyValue(LogKeys.KIND, orphans.getFirst().getKind())
                .addKeyValue(LogKeys.COUNT, orphans.size())
                .log("deleting what is left of VirtualClusters that no longer exist");
        List<Runnable> tasks = orphans.stream()
                .<Runnable>map(orphan -> () -> writes.delete(orphan))
                .toList();
        parallel.run(CONCURRENT_WRITES, tasks);
    }

    /** UIDs of the VirtualClusters that the objects were made for, and namespaces with names of the same. */
    private static Set<String> owners(List<? extends HasMetadata> objects) {
        return objects.stream()
                .flatMap(object -> Stream.of(
                        annotation(object, Keys.VC_UID),
                        annotation(object, Keys.VC_NAMESPACE) + "/" + annotation(object, Keys.VC_NAME)))
                .collect(Collectors.toSet());
    }

    /**
     * UID of the VirtualCluster that the object was made for. An address whose annotation was taken away still names its
     * VirtualCluster as its parent: {@code namespace/name}, which no UID looks like. "" when the object does not say.
     */
    private static String owner(HasMetadata object) {
        String uid = annotation(object, Keys.VC_UID);
        if (!uid.isEmpty() || !(object instanceof IPAddress address)) {
            return uid;
        }
        var parent = address.getSpec().getParentRef();
        return Keys.GROUP.equals(parent.getGroup()) && Reservations.RESOURCE.equals(parent.getResource())
                ? parent.getNamespace() + "/" + parent.getName()
                : "";
    }

    private static String annotation(HasMetadata object, String key) {
        var annotations = object.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(key, "");
    }

    private static String name(ObjectMeta meta) {
        return meta.getNamespace() + "/" + meta.getName();
    }
}
