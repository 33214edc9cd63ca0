// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.tokens;

import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.names.NameTranslator;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.metadata.MetadataConversion;
import dev.virtualcluster.syncer.tenant.Tenant;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Secret beside a super pod that holds its tokens. Named after the UID of the tenant's pod, so it can be made before
 * the super pod is there, and never serves another pod of that name. It is not a twin of any Secret of the tenant and therefore
 * carries a proof of its own.
 */
final class TokenSecret {
    /** Label {@code pod} on token Secrets. */
    static final String LABEL = Keys.PREFIX + "kind-of-token";

    static final String LABEL_VALUE = "pod";

    /** Annotation: name of the pod, in the tenant as in the super cluster. */
    static final String POD_NAME = Keys.PREFIX + "pod-name";

    /** Annotation: see {@link TokenRecord}. */
    static final String ISSUED = Keys.PREFIX + "tokens-issued";

    private TokenSecret() {}

    static ObjectKey place(Tenant tenant, Pod source) {
        return place(
                tenant,
                source.getMetadata().getNamespace(),
                source.getMetadata().getUid());
    }

    /** Where the Secret of the pod with this UID lies. */
    static ObjectKey place(Tenant tenant, String namespace, String uid) {
        return new ObjectKey(tenant.superNamespace(namespace), NameTranslator.tokenSecretName(uid));
    }

    /** UID of the tenant pod that the Secret says it was made for. */
    static @Nullable String podUid(Secret secret) {
        return annotation(secret, Keys.TENANT_UID);
    }

    /**
     * The tenant pod a Secret was made for; null when it is not provably a token Secret of this tenant. Labels prove
     * nothing: they get lost, and are put back.
     */
    static @Nullable ObjectKey podKey(Tenant tenant, Secret secret) {
        String namespace = annotation(secret, Keys.TENANT_NAMESPACE);
        String pod = annotation(secret, POD_NAME);
        String uid = podUid(secret);
        if (namespace == null || pod == null || uid == null || !tenant.key().equals(annotation(secret, Keys.CLUSTER))) {
            return null;
        }
        return place(tenant, namespace, uid).equals(ObjectKey.of(secret)) ? new ObjectKey(namespace, pod) : null;
    }

    /** Tells whether the Secret was made for exactly this pod. */
    static boolean isFor(Tenant tenant, Pod source, Secret secret) {
        return ObjectKey.of(source).equals(podKey(tenant, secret))
                && source.getMetadata().getUid().equals(annotation(secret, Keys.TENANT_UID));
    }

    /** The labels that such a Secret has, among others' perhaps. */
    static Map<String, String> labels(Tenant tenant) {
        return Map.of(
                Keys.CONTROLLED,
                Keys.TRUE,
                Keys.CLUSTER,
                tenant.key(),
                Keys.VC_NAME,
                tenant.settings().name(),
                Keys.VC_NAMESPACE,
                tenant.settings().namespace(),
                LABEL,
                LABEL_VALUE);
    }

    static boolean isTokenSecret(Secret secret) {
        Map<String, String> labels = secret.getMetadata().getLabels();
        return labels != null && LABEL_VALUE.equals(labels.get(LABEL));
    }

    static boolean isLabelled(Tenant tenant, Secret secret) {
        return MetadataConversion.contains(secret.getMetadata().getLabels(), labels(tenant));
    }

    static TokenRecord issued(Secret secret) {
        String text = annotation(secret, ISSUED);
        return text == null ? TokenRecord.EMPTY : TokenRecord.parse(text);
    }

    /** @param data tokens by key, in base 64 */
    static Secret of(Tenant tenant, Pod source, TokenRecord issued, Map<String, String> data) {
        ObjectKey place = place(tenant, source);
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(place.namespace())
                .withName(place.name())
                .withLabels(labels(tenant))
                .addToAnnotations(Keys.CLUSTER, tenant.key())
                .addToAnnotations(Keys.TENANT_NAMESPACE, source.getMetadata().getNamespace())
                .addToAnnotations(Keys.TENANT_UID, source.getMetadata().getUid())
                .addToAnnotations(POD_NAME, source.getMetadata().getName())
                .addToAnnotations(ISSUED, issued.text())
                .endMetadata()
                .withType("Opaque")
                .withData(data)
                .build();
    }

    private static @Nullable String annotation(Secret secret, String key) {
        Map<String, String> annotations = secret.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(key);
    }
}
