// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.syncer.engine.MirroredKind;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.Objects;

/** ConfigMaps go down with all they hold; {@code kube-root-ca.crt} under the name that the name mapping gives it. */
final class ConfigMaps extends MirroredKind<ConfigMap> {
    ConfigMaps(SyncContext context) {
        super(context, "configmaps", ConfigMap.class);
    }

    @Override
    public CacheSpec<ConfigMap> tenantCache() {
        return CacheSpec.all(ConfigMap.class);
    }

    @Override
    public CacheSpec<ConfigMap> superCache() {
        return CacheSpec.all(ConfigMap.class)
                .withLabels(Keys.CONTROLLED_SELECTOR)
                .trimmed(ConfigMaps::trimmed);
    }

    @Override
    protected ConfigMap desired(Tenant tenant, ConfigMap source) {
        ConfigMap twin = new ConfigMap();
        twin.setMetadata(twinMetadata(tenant, source));
        twin.setData(source.getData());
        twin.setBinaryData(source.getBinaryData());
        twin.setImmutable(source.getImmutable());
        return twin;
    }

    @Override
    protected boolean differs(Tenant tenant, ConfigMap desired, ConfigMap actual) {
        return !digest(desired).equals(actual.getAdditionalProperties().get(Digests.FIELD))
                || !Objects.equals(desired.getImmutable(), actual.getImmutable());
    }

    private static ConfigMap trimmed(ConfigMap full) {
        full.setAdditionalProperty(Digests.FIELD, digest(full));
        full.setData(null);
        full.setBinaryData(null);
        return full;
    }

    private static String digest(ConfigMap map) {
        return Digests.of(map.getData(), map.getBinaryData());
    }
}
