// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.runtime.cluster.ClientPlatform;
import dev.virtualcluster.runtime.metrics.Meters;
import dev.virtualcluster.syncer.config.SyncerConfig;
import dev.virtualcluster.syncer.engine.MirroredKind;
import dev.virtualcluster.syncer.engine.SuperCluster;
import dev.virtualcluster.syncer.engine.SyncEngine;
import dev.virtualcluster.syncer.engine.SyncedKind;
import dev.virtualcluster.syncer.tokens.TokenKind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The chart grants the syncer what the table of kinds needs. */
class KindRightsTest {
    /** The chart as it is rendered by default; its own tests keep the file current. */
    private static final Path RENDERED = Path.of("../charts/src/test/resources/values/default.golden.yaml");

    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---$");
    private static final Set<String> READ = Set.of("list", "watch");
    private static final Set<String> WRITE = Set.of("get", "create", "update", "patch", "delete");

    @Test
    void everyKindOfTheTableIsGranted() throws IOException {
        ClusterRole role = syncerRole();

        for (SyncedKind<?, ?> kind : kinds()) {
            Set<String> needed = new TreeSet<>(READ);
            if (isWritten(kind)) {
                needed.addAll(WRITE);
            }
            assertThat(granted(role, kind.superType()))
                    .as("verbs on %s, for the kind %s", HasMetadata.getPlural(kind.superType()), kind.name())
                    .containsAll(needed);
        }
    }

    private static boolean isWritten(SyncedKind<?, ?> kind) {
        return kind instanceof MirroredKind || kind instanceof TokenKind;
    }

    private static List<SyncedKind<?, ?>> kinds() {
        try (ClientPlatform platform = ClientPlatform.start()) {
            SyncEngine engine = new SyncEngine(
                    new SuperCluster(platform.connect("super", Config.empty()), System::nanoTime),
                    SyncerConfig.forTests(),
                    Meters.of("syncer"),
                    InstantSource.system());
            try (engine) {
                return SyncedKinds.all(engine.context());
            }
        }
    }

    private static Set<String> granted(ClusterRole role, Class<? extends HasMetadata> type) {
        Set<String> verbs = new TreeSet<>();
        for (PolicyRule rule : role.getRules()) {
            if (rule.getApiGroups().contains(HasMetadata.getGroup(type))
                    && rule.getResources().contains(HasMetadata.getPlural(type))) {
                verbs.addAll(rule.getVerbs());
            }
        }
        return verbs;
    }

    private static ClusterRole syncerRole() throws IOException {
        KubernetesSerialization yaml = new KubernetesSerialization();
        List<ClusterRole> found = new ArrayList<>();
        for (String document : SEPARATOR.split(Files.readString(RENDERED), -1)) {
            if (document.contains("\nkind: ClusterRole\n") && document.contains("\n  name: vc-syncer\n")) {
                found.add(yaml.unmarshal(document, ClusterRole.class));
            }
        }
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
