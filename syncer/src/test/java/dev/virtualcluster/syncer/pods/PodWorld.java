// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods;

import static dev.virtualcluster.syncer.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.syncer.testing.TenantWorld;
import dev.virtualcluster.syncer.testing.World;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the tests of pods share: a world with one tenant and a fake kubelet. */
public final class PodWorld implements AutoCloseable {
    private final World world;
    private final FakeKubelet kubelet;

    public PodWorld(String name) {
        this.world = World.of(name, 1).startSyncer();
        this.kubelet = new FakeKubelet(world.superClient(), "node-" + name);
    }

    public World world() {
        return world;
    }

    public TenantWorld tenant() {
        return world.tenant(1);
    }

    public FakeKubelet kubelet() {
        return kubelet;
    }

    /** A pod of the tenant, in a namespace of its own. */
    public static PodBuilder pod(String namespace, String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("app")
                .withImage("example.com/app:1")
                .endContainer()
                .endSpec();
    }

    public Pod create(Pod pod) {
        if (tenant().client()
                        .namespaces()
                        .withName(pod.getMetadata().getNamespace())
                        .get()
                == null) {
            tenant().createNamespace(pod.getMetadata().getNamespace());
        }
        return tenant().client().resource(pod).create();
    }

    public @Nullable Pod tenantPod(Pod pod) {
        return tenant().client().resource(pod).get();
    }

    public @Nullable Pod superPod(Pod tenantPod) {
        return world.superClient()
                .pods()
                .inNamespace(tenant().superNamespace(tenantPod.getMetadata().getNamespace()))
                .withName(tenantPod.getMetadata().getName())
                .get();
    }

    /** Waits until the super pod is there. */
    public Pod awaitSuperPod(Pod tenantPod) {
        eventually(() -> assertThat(superPod(tenantPod)).as("super pod").isNotNull());
        return Objects.requireNonNull(superPod(tenantPod));
    }

    /** Creates a pod and brings it to Running on both sides; returns the tenant's. */
    public Pod running(Pod pod) {
        Pod created = create(pod);
        Pod superPod = awaitSuperPod(created);
        kubelet.schedule(superPod);
        kubelet.run(superPod);
        eventually(() -> assertThat(tenantPod(created))
                .as("tenant pod")
                .isNotNull()
                .satisfies(found -> assertThat(found.getStatus().getPhase()).isEqualTo("Running")));
        return Objects.requireNonNull(tenantPod(created));
    }

    public void awaitGone(Pod tenantPod) {
        eventually(() -> {
            assertThat(tenantPod(tenantPod)).as("tenant pod").isNull();
            assertThat(superPod(tenantPod)).as("super pod").isNull();
        });
    }

    @Override
    public void close() {
        kubelet.close();
        world.close();
    }
}
