// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import dev.virtualcluster.e2e.cluster.ClusterProvider;
import dev.virtualcluster.e2e.cluster.ClusterSettings;
import dev.virtualcluster.e2e.cluster.Progress;
import dev.virtualcluster.e2e.cluster.SuperCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The local cluster's life across commands and checkouts: whose it is, whether it lives, and what to do about what an
 * earlier run left.
 */
public final class LocalProvider implements ClusterProvider {
    private final StateFolder state = StateFolder.STANDARD;
    private final InstantSource clock = InstantSource.system();

    @Override
    public SuperCluster up(ClusterSettings settings, Progress progress) {
        Preflight.check(settings.checkout());
        return MachineLock.holding("up of " + settings.checkout(), progress, () -> bringUp(settings, progress));
    }

    private SuperCluster bringUp(ClusterSettings settings, Progress progress) {
        ProcessTable.killHelpers();
        Owner owner = settle(settings, progress);
        DebianPackages.ensure(progress);
        Preflight.checkKernel(settings.checkout());
        Binaries binaries = Binaries.prepare(settings.checkout(), progress);
        if (ProcessTable.of(state).isEmpty()) {
            ForeignTraces.find().ifPresent(sentence -> {
                throw new ClusterException(sentence);
            });
        }
        owner.write(state);
        Installation installation = new Installation(state, binaries, owner.nodes(), clock, progress);
        Background.runHere(installation::up);
        writeKubeconfig(settings);
        return new LocalSuperCluster(installation, settings.kubeconfig(), progress);
    }

    @Override
    public void prepare(ClusterSettings settings, Progress progress) {
        Preflight.check(settings.checkout());
        MachineLock.holding("preparation of " + settings.checkout(), progress, () -> {
            DebianPackages.ensure(progress);
            Binaries binaries = Binaries.prepare(settings.checkout(), progress);
            Machine control = new Machine(Machine.CONTROL, state, binaries, ControlGroups.ofThisMachine());
            return new ImageStore(state, binaries, control, progress).archives();
        });
    }

    /** Decides whose the machine is from now on, and removes what no living cluster needs. */
    private Owner settle(ClusterSettings settings, Progress progress) {
        Optional<Owner> found = Owner.read(state);
        boolean alive = !ProcessTable.of(state).isEmpty();
        if (found.isPresent() && alive && found.get().isOfThisBoot()) {
            Owner owner = found.get();
            if (owner.checkout().equals(settings.checkout())) {
                return owner.withNodes(settings.nodes().orElse(owner.nodes()));
            }
            if (!settings.force()) {
                throw new ClusterException(ownedBy(owner));
            }
            progress.say("taking down the local cluster of " + owner.checkout() + ", as FORCE=1 asks");
        } else if (!new Leftovers(state).find().isEmpty()) {
            progress.say("cleaning up what an earlier local cluster left");
        }
        new Teardown(state, progress).run();
        return new Owner(
                settings.checkout(),
                clock.instant(),
                Owner.currentBoot(),
                settings.nodes().orElse(ClusterSettings.DEFAULT_NODES));
    }

    private String ownedBy(Owner owner) {
        return "The local cluster of " + owner.checkout() + " has been running on this machine since "
                + since(owner.since()) + ", and only one can: use it with KUBECONFIG=" + state.kubeconfig("admin")
                + " and PROVIDER=existing, end it with 'make cluster-down' in "
                + owner.checkout() + ", or take its place with FORCE=1.";
    }

    private String since(Instant start) {
        Duration age = Duration.between(start, clock.instant());
        return start + String.format(Locale.ROOT, " (%d h %d min ago)", age.toHours(), age.toMinutesPart());
    }

    private void writeKubeconfig(ClusterSettings settings) {
        try {
            Files.createDirectories(settings.kubeconfig().resolveSibling("."));
            Files.deleteIfExists(settings.kubeconfig());
            Files.copy(state.kubeconfig("admin"), settings.kubeconfig());
        } catch (IOException e) {
            throw new UncheckedIOException("writing " + settings.kubeconfig(), e);
        }
    }

    @Override
    public SuperCluster attach(ClusterSettings settings, Progress progress) {
        Owner owner = Owner.read(state)
                .filter(found -> found.checkout().equals(settings.checkout()))
                .filter(found -> !ProcessTable.of(state).isEmpty())
                .orElseThrow(() -> new ClusterException(
                        "No local cluster of " + settings.checkout() + " is running: start it with 'make cluster'."));
        Binaries binaries = Binaries.prepare(settings.checkout(), progress);
        return new LocalSuperCluster(
                new Installation(state, binaries, owner.nodes(), clock, progress), settings.kubeconfig(), progress);
    }

    @Override
    public void down(ClusterSettings settings, Progress progress) {
        MachineLock.holding("down of " + settings.checkout(), progress, () -> takeDown(settings, progress));
    }

    private boolean takeDown(ClusterSettings settings, Progress progress) {
        ProcessTable.killHelpers();
        Optional<Owner> owner = Owner.read(state);
        boolean foreign = owner.isPresent()
                && !owner.get().checkout().equals(settings.checkout())
                && Files.isDirectory(owner.get().checkout());
        if (foreign && !settings.force() && !ProcessTable.of(state).isEmpty()) {
            throw new ClusterException(ownedBy(owner.get()));
        }
        new Teardown(state, progress).run();
        deleteKubeconfig(settings.kubeconfig());
        return true;
    }

    private static void deleteKubeconfig(Path kubeconfig) {
        try {
            Files.deleteIfExists(kubeconfig);
            Path folder = kubeconfig.resolveSibling(".").normalize();
            if (Directories.isEmpty(folder)) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("removing " + kubeconfig, e);
        }
    }

    @Override
    public String status(ClusterSettings settings) {
        Optional<Owner> owner = Owner.read(state);
        if (owner.isEmpty()) {
            return new Leftovers(state).find().isEmpty()
                    ? "No local cluster is running.\n"
                    : "No local cluster is running, but parts of one are left; 'make cluster-down' removes them:\n"
                            + String.join("\n", new Leftovers(state).find()) + "\n";
        }
        return "Local cluster of " + owner.get().checkout() + ", since "
                + since(owner.get().since()) + "\n" + new StatusReport(state, owner.get()).text();
    }

    @Override
    public List<Path> logs(ClusterSettings settings, String component) {
        if (!Files.isDirectory(state.logs())) {
            throw new ClusterException("There are no logs: no local cluster is running.");
        }
        try (Stream<Path> files = Files.list(state.logs())) {
            List<Path> all = files.sorted().toList();
            List<Path> wanted = all.stream()
                    .filter(f -> component.isEmpty() || f.equals(state.log(component)))
                    .toList();
            if (wanted.isEmpty()) {
                throw new ClusterException("There is no component '" + component + "'; there are: "
                        + String.join(
                                ", ",
                                all.stream()
                                        .map(f -> f.getFileName().toString().replace(".log", ""))
                                        .toList())
                        + ".");
            }
            return wanted;
        } catch (IOException e) {
            throw new UncheckedIOException("listing logs", e);
        }
    }
}
