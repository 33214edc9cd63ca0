// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.runtime.cluster.CacheSpec;
import dev.virtualcluster.syncer.engine.MirroredKind;
import dev.virtualcluster.syncer.engine.SyncContext;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import java.util.Objects;

/**
 * Secrets go down with all they hold. Service account tokens lose their type: the super cluster would delete a token of
 * an account it has not issued it for. The tenants' caches keep the data, for the twin must be made from it; the super
 * cluster's cache keeps digests.
 */
final class Secrets extends MirroredKind<Secret> {
    private static final String OPAQUE = "Opaque";
    private static final String TOKEN_TYPE = "kubernetes.io/service-account-token";

    Secrets(SyncContext context) {
        super(context, "secrets", Secret.class);
    }

    @Override
    public CacheSpec<Secret> tenantCache() {
        return CacheSpec.all(Secret.class);
    }

    @Override
    public CacheSpec<Secret> superCache() {
        return CacheSpec.all(Secret.class).withLabels(Keys.CONTROLLED_SELECTOR).trimmed(Secrets::trimmed);
    }

    @Override
    protected Secret desired(Tenant tenant, Secret source) {
        Secret twin = new Secret();
        twin.setMetadata(twinMetadata(tenant, source));
        twin.setData(source.getData());
        twin.setType(TOKEN_TYPE.equals(source.getType()) ? OPAQUE : source.getType());
        twin.setImmutable(source.getImmutable());
        return twin;
    }

    @Override
    protected boolean differs(Tenant tenant, Secret desired, Secret actual) {
        return !digest(desired).equals(actual.getAdditionalProperties().get(Digests.FIELD))
                || !Objects.equals(desired.getImmutable(), actual.getImmutable())
                || !Objects.equals(desired.getType(), actual.getType());
    }

    private static Secret trimmed(Secret full) {
        full.setAdditionalProperty(Digests.FIELD, digest(full));
        full.setData(null);
        return full;
    }

    /** The digest that the super side's cache keeps of a Secret with this data. */
    static String digest(Map<String, String> data) {
        return Digests.of(data);
    }

    private static String digest(Secret secret) {
        return Digests.of(secret.getData());
    }
}
