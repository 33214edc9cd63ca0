// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads a kubeconfig that came over the wire, from a Secret: everything it needs must be inside it. Refused is what
 * would run programs, read files of this process's host or skip the server's authentication. Neither the environment
 * nor system properties nor the pod's own account have any influence on the result. Safe for use by any thread.
 */
public final class KubeconfigReader {
    private static final int LARGEST = 256 * 1024;

    private final KubernetesSerialization serialization;

    /** A reader with a parser of its own, for YAML as well. */
    public KubeconfigReader() {
        this(ClientPlatform.forFiles());
    }

    KubeconfigReader(KubernetesSerialization serialization) {
        this.serialization = serialization;
    }

    /** The client config of the current context. */
    public Config read(byte[] kubeconfig) throws KubeconfigException {
        if (kubeconfig.length > LARGEST) {
            throw new KubeconfigException("the kubeconfig is larger than " + LARGEST + " bytes");
        }
        io.fabric8.kubernetes.api.model.@Nullable Config parsed;
        try {
            parsed = serialization.unmarshal(
                    new String(kubeconfig, StandardCharsets.UTF_8), io.fabric8.kubernetes.api.model.Config.class);
        } catch (RuntimeException e) {
            // The parser's message quotes the text around the fault, which may be a key: it is not passed on.
            throw new KubeconfigException("the kubeconfig is not valid YAML or JSON of kind Config");
        }
        if (parsed == null) {
            throw new KubeconfigException("the kubeconfig is empty");
        }
        Context context = context(parsed);
        Cluster cluster = find(
                "cluster", context.getCluster(), parsed.getClusters(), NamedCluster::getName, NamedCluster::getCluster);
        AuthInfo user =
                find("user", context.getUser(), parsed.getUsers(), NamedAuthInfo::getName, NamedAuthInfo::getUser);
        check(cluster);
        check(user);
        return build(cluster, user, context);
    }

    private static Context context(io.fabric8.kubernetes.api.model.Config parsed) throws KubeconfigException {
        String current = parsed.getCurrentContext();
        if (isEmpty(current) && parsed.getContexts().size() == 1) {
            current = parsed.getContexts().getFirst().getName();
        }
        return find("context", current, parsed.getContexts(), NamedContext::getName, NamedContext::getContext);
    }

    private static <N, V> V find(
            String what,
            @Nullable String name,
            List<N> all,
            Function<N, String> nameOf,
            Function<N, @Nullable V> valueOf)
            throws KubeconfigException {
        if (isEmpty(name)) {
            throw new KubeconfigException("the kubeconfig names no " + what);
        }
        for (N candidate : all) {
            V value = valueOf.apply(candidate);
            if (name != null && name.equals(nameOf.apply(candidate)) && value != null) {
                return value;
            }
        }
        throw new KubeconfigException("the kubeconfig has no " + what + " '" + name + "'");
    }

    private static void check(Cluster cluster) throws KubeconfigException {
        refuse(Boolean.TRUE.equals(cluster.getInsecureSkipTlsVerify()), "insecure-skip-tls-verify");
        refuse(!isEmpty(cluster.getCertificateAuthority()), "a certificate-authority file; embed it as -data");
        refuse(!isEmpty(cluster.getProxyUrl()), "proxy-url");
        refuse(
                !isEmpty(cluster.getTlsServerName()),
                "tls-server-name, which the client cannot honour; the certificate must carry the dialled name");
        if (isEmpty(cluster.getServer())) {
            throw new KubeconfigException("the kubeconfig's cluster has no server");
        }
        try {
            URI uri = new URI(cluster.getServer());
            refuse(!"https".equals(uri.getScheme()) || uri.getHost() == null, "a server that is no https address");
            refuse(uri.getUserInfo() != null, "credentials in the server's address");
        } catch (URISyntaxException e) {
            throw new KubeconfigException("the kubeconfig's server is no valid address");
        }
    }

    private static void check(AuthInfo user) throws KubeconfigException {
        refuse(user.getExec() != null, "an exec plug-in");
        refuse(user.getAuthProvider() != null, "an auth-provider");
        refuse(!isEmpty(user.getTokenFile()), "a tokenFile; embed the token");
        refuse(!isEmpty(user.getClientCertificate()), "a client-certificate file; embed it as -data");
        refuse(!isEmpty(user.getClientKey()), "a client-key file; embed it as -data");
        refuse(
                !isEmpty(user.getAs())
                        || !isEmpty(user.getAsUid())
                        || !user.getAsGroups().isEmpty(),
                "impersonation");
        if (isEmpty(user.getClientCertificateData()) != isEmpty(user.getClientKeyData())) {
            throw new KubeconfigException("the kubeconfig has a client certificate without key or a key without one");
        }
    }

    private static Config build(Cluster cluster, AuthInfo user, Context context) {
        ConfigBuilder builder = new ConfigBuilder(Config.empty())
                .withAutoConfigure(false)
                .withMasterUrl(cluster.getServer())
                .withTrustCerts(false)
                .withDisableHostnameVerification(false);
        set(cluster.getCertificateAuthorityData(), builder::withCaCertData);
        set(user.getClientCertificateData(), builder::withClientCertData);
        set(user.getClientKeyData(), builder::withClientKeyData);
        set(user.getToken(), builder::withOauthToken);
        set(user.getUsername(), builder::withUsername);
        set(user.getPassword(), builder::withPassword);
        set(context.getNamespace(), builder::withNamespace);
        if (!isEmpty(user.getClientKeyData())) {
            builder.withClientKeyAlgo(keyAlgorithm(user.getClientKeyData()));
        }
        return builder.build();
    }

    private static void set(@Nullable String value, Function<String, ?> setter) {
        if (value != null && !value.isEmpty()) {
            Object ignored = setter.apply(value);
        }
    }

    private static boolean isEmpty(@Nullable String value) {
        return value == null || value.isEmpty();
    }

    private static void refuse(boolean present, String what) throws KubeconfigException {
        if (present) {
            throw new KubeconfigException("the kubeconfig is refused: it has " + what);
        }
    }

    /** The client wants to be told; RSA is its own default. */
    private static String keyAlgorithm(String base64Pem) {
        String pem;
        try {
            pem = new String(Base64.getMimeDecoder().decode(base64Pem), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException e) {
            return "RSA";
        }
        if (pem.contains("BEGIN EC ")) {
            return "EC";
        }
        Predicate<String> fits = algorithm -> parses(algorithm, pem);
        return List.of("RSA", "EC").stream().filter(fits).findFirst().orElse("RSA");
    }

    private static boolean parses(String algorithm, String pem) {
        String body = pem.replaceAll("-----[A-Z ]+-----", "");
        try {
            KeyFactory.getInstance(algorithm)
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
            return true;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
