// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.requests;

import dev.virtualcluster.runtime.cluster.Answers;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.runtime.logging.Excerpt;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Requests as they go over the wire: one call is one HTTP request, never a read before the write, and the body is written
 * once. Blocking; for virtual threads. Every failure is a {@link KubernetesClientException} with the server's code and
 * Status, or an {@link UnreachableException} when no answer came, or one that is larger than any object.
 */
public final class Requests {
    public static final String JSON = "application/json";
    public static final String MERGE_PATCH = "application/merge-patch+json";
    public static final String STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json";
    /** Asks for nothing but the metadata of listed objects. */
    public static final String METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    /** Asks for nothing but the metadata of an object. */
    private static final String METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    /** Who is told of answers to what this thread sends; bound for one piece of work. */
    private static final ScopedValue<Listener> LISTENER = ScopedValue.newInstance();

    private record Listener(KubernetesClient client, Runnable answered) {}

    private Requests() {}

    /**
     * Does some work, and tells of every answer that this thread gets from one API server meanwhile: a refusal is an answer
     * too; that the server itself fails is none.
     */
    public static <R> R listening(KubernetesClient client, Runnable answered, Callable<R> work) throws Exception {
        return ScopedValue.where(LISTENER, new Listener(client, answered)).call(work::call);
    }

    /** The work, for another thread, with what {@link #listening} has set up in this one. */
    public static Runnable inherited(Runnable work) {
        if (!LISTENER.isBound()) {
            return work;
        }
        Listener listener = LISTENER.get();
        return () -> ScopedValue.where(LISTENER, listener).run(work);
    }

    /** Reads one object; null when absent. */
    public static <T extends HasMetadata> @Nullable T read(KubernetesClient client, Class<T> type, ObjectKey key) {
        return read(client, type, key, JSON);
    }

    /** Reads the metadata of one object and nothing else, so that a stranger's data stays away; null when absent. */
    public static <T extends HasMetadata> @Nullable T readMetadata(
            KubernetesClient client, Class<T> type, ObjectKey key) {
        return read(client, type, key, METADATA);
    }

    private static <T extends HasMetadata> @Nullable T read(
            KubernetesClient client, Class<T> type, ObjectKey key, String accept) {
        try {
            return send(client, "GET", Paths.of(type, key), JSON, null, type, accept);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /**
     * Asks whether the object that a cache shows is the one of today: a cache filled from a server that lags may show a
     * predecessor of that name.
     */
    public static <T extends HasMetadata> boolean isStillThere(KubernetesClient client, Class<T> type, T cached) {
        T live = read(client, type, ObjectKey.of(cached));
        return live != null
                && live.getMetadata().getUid().equals(cached.getMetadata().getUid());
    }

    public static <T extends HasMetadata> T create(KubernetesClient client, T body) {
        return send(client, "POST", Paths.ofCollection(type(body), namespace(body)), JSON, body, type(body));
    }

    /** The same, for who does not care what was made: there is less to write and to read. */
    public static void createBriefly(KubernetesClient client, HasMetadata body) {
        send(client, "POST", Paths.ofCollection(type(body), namespace(body)), JSON, body, String.class, METADATA);
    }

    /** PUT; the resourceVersion and UID inside the body are preconditions. */
    public static <T extends HasMetadata> T update(KubernetesClient client, T body) {
        return send(client, "PUT", Paths.of(type(body), ObjectKey.of(body)), JSON, body, type(body));
    }

    /** PATCH of the object, or of a sub-resource when {@code subresource} is not empty. */
    public static <T extends HasMetadata> T patch(
            KubernetesClient client,
            Class<T> type,
            ObjectKey key,
            String subresource,
            String contentType,
            Object patch) {
        return send(client, "PATCH", path(type, key, subresource), contentType, patch, type);
    }

    /** The same, for who wants to know no more of the outcome than its metadata; there is less to write and to read. */
    public static <T extends HasMetadata> T patchForMetadata(
            KubernetesClient client,
            Class<T> type,
            ObjectKey key,
            String subresource,
            String contentType,
            Object patch) {
        return send(client, "PATCH", path(type, key, subresource), contentType, patch, type, METADATA);
    }

    private static String path(Class<? extends HasMetadata> type, ObjectKey key, String subresource) {
        return Paths.of(type, key) + (subresource.isEmpty() ? "" : "/" + subresource);
    }

    /** Deletes; absent already, or another object of that name in the UID precondition's place, is success. */
    public static void delete(KubernetesClient client, HasMetadata object, DeleteOptions options) {
        try {
            send(client, "DELETE", Paths.of(object.getClass(), ObjectKey.of(object)), JSON, options, String.class);
        } catch (KubernetesClientException e) {
            boolean isGone = e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    // An admission webhook may refuse with this code too, and then the object stays.
                    || (e.getCode() == HttpURLConnection.HTTP_CONFLICT && !isStillThere(client, type(object), object));
            if (!isGone) {
                throw e;
            }
        }
    }

    /**
     * Sends any request.
     *
     * @param path absolute path with query, as {@link Paths} makes them
     * @param body an object to be written as JSON, a String sent as it is, or null
     * @param answer type of the answer; String for the raw text
     */
    public static <R> R send(
            KubernetesClient client,
            String method,
            String path,
            String contentType,
            @Nullable Object body,
            Class<R> answer) {
        return send(client, method, path, contentType, body, answer, JSON);
    }

    /** Sends any request and asks for this representation of the answer. */
    public static <R> R send(
            KubernetesClient client,
            String method,
            String path,
            String contentType,
            @Nullable Object body,
            Class<R> answer,
            String accept) {
        HttpRequest.Builder request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(base(client) + path)
                .header("Accept", accept);
        if (body == null) {
            request = request.method(method, contentType, (String) null);
        } else {
            String text = body instanceof String string
                    ? string
                    : client.getKubernetesSerialization().asJson(body);
            request = request.method(method, contentType, text);
        }
        HttpResponse<byte[]> response = await(client, request.build(), method, path);
        byte[] answered = response.body() == null ? new byte[0] : response.body();
        if (response.isSuccessful() && answer != String.class) {
            return Answers.read(client, answered, answer);
        }
        String text = new String(answered, StandardCharsets.UTF_8);
        if (!response.isSuccessful()) {
            throw failure(client, method, path, response.code(), text);
        }
        return answer.cast(text);
    }

    private static HttpResponse<byte[]> await(
            KubernetesClient client, HttpRequest request, String method, String path) {
        CompletableFuture<HttpResponse<byte[]>> future = client.getHttpClient().sendAsync(request, byte[].class);
        try {
            HttpResponse<byte[]> response = Answers.await(client, future);
            if (response.code() < HttpURLConnection.HTTP_INTERNAL_ERROR
                    && LISTENER.isBound()
                    && LISTENER.get().client.equals(client)) {
                LISTENER.get().answered.run();
            }
            return response;
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new UnreachableException(client, method + " " + path + " was interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = cause(e);
            throw new UnreachableException(
                    client, method + " " + path + " failed: " + Excerpt.of(String.valueOf(cause.getMessage())), cause);
        }
    }

    private static Throwable cause(ExecutionException e) {
        return e.getCause() == null ? e : e.getCause();
    }

    private static KubernetesClientException failure(
            KubernetesClient client, String method, String path, int code, String text) {
        Status status = status(client, text);
        String message = status != null && status.getMessage() != null ? status.getMessage() : text;
        return new KubernetesClientException(
                method + " " + path + ": " + code + " " + Excerpt.of(message), code, status);
    }

    private static @Nullable Status status(KubernetesClient client, String text) {
        if (!text.contains("\"Status\"")) {
            return null;
        }
        try {
            return client.getKubernetesSerialization().unmarshal(text, Status.class);
        } catch (RuntimeException e) {
            // The text itself goes into the message then.
            return null;
        }
    }

    private static String base(KubernetesClient client) {
        String url = client.getMasterUrl().toString();
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static @Nullable String namespace(HasMetadata body) {
        return body.getMetadata().getNamespace();
    }

    @SuppressWarnings("unchecked")
    private static <T extends HasMetadata> Class<T> type(T object) {
        return (Class<T>) object.getClass();
    }
}
