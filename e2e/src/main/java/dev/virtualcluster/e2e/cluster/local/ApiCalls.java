// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.local;

import dev.virtualcluster.e2e.cluster.ClusterException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The few calls with which a cluster is brought up and looked at. A whole client takes a second to load; a status
 * command should not.
 */
final class ApiCalls implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http;
    private final String server;

    ApiCalls(ClusterPki pki, String server) {
        this.server = server;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .sslContext(tls(pki))
                .build();
    }

    record Answer(int status, String body) {
        boolean succeeded() {
            return status / 100 == 2;
        }

        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    boolean isReady() {
        return call("GET", "/readyz", null, null).filter(Answer::succeeded).isPresent();
    }

    JsonNode get(String path) {
        return expect("GET", path, null, null).json();
    }

    /** Creates or changes an object to what the YAML says, by server-side apply. */
    void apply(String path, String yaml) {
        expect("PATCH", path + "?fieldManager=virtualcluster-local&force=true", "application/apply-patch+yaml", yaml);
    }

    void delete(String path) {
        Optional<Answer> answer = call("DELETE", path, null, null);
        if (answer.isEmpty() || (!answer.get().succeeded() && answer.get().status() != 404)) {
            throw refused("DELETE", path, answer);
        }
    }

    private Answer expect(
            String method,
            String path,
            @org.jspecify.annotations.Nullable String type,
            @org.jspecify.annotations.Nullable String body) {
        Optional<Answer> answer = call(method, path, type, body);
        return answer.filter(Answer::succeeded).orElseThrow(() -> refused(method, path, answer));
    }

    private ClusterException refused(String method, String path, Optional<Answer> answer) {
        return new ClusterException("The API server " + server + " did not do " + method + " " + path + ": "
                + answer.map(a -> a.status() + " " + a.body()).orElse("no answer"));
    }

    /** Empty when nothing answers. */
    Optional<Answer> call(
            String method,
            String path,
            @org.jspecify.annotations.Nullable String type,
            @org.jspecify.annotations.Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path))
                .timeout(LIMIT)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (type != null) {
            request.header("Content-Type", type);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return Optional.of(new Answer(response.statusCode(), response.body()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("Interrupted while talking to the API server.", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }

    private static SSLContext tls(ClusterPki pki) {
        try {
            KeyStore client = KeyStore.getInstance(KeyStore.getDefaultType());
            client.load(null, null);
            client.setKeyEntry("client", privateKey(pki.file("admin.key")), new char[0], new Certificate[] {
                certificate(pki.file("admin.crt"))
            });
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(client, new char[0]);
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", certificate(pki.file("ca.crt")));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new ClusterException("The local cluster's certificates cannot be read.", e);
        }
    }

    private static Certificate certificate(Path file) throws IOException, GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
    }
}
