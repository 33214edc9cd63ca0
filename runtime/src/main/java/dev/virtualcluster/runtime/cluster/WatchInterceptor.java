// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Stands between the transport and the client's HTTP watch, for two things. It escapes what is not ASCII, because the
 * client (up to 8.0.0) decodes every network chunk alone and one event with "é" ends the watch for good; to be deleted
 * when that is fixed. And it reports what the
 * server does, which the client keeps to itself: that bytes came, that a watch was refused or not reached.
 */
final class WatchInterceptor implements Interceptor {
    static final String NAME = "virtualcluster-watch";

    private final WatchActivity activity;

    WatchInterceptor(WatchActivity activity) {
        this.activity = activity;
    }

    @Override
    public AsyncBody.Consumer<List<ByteBuffer>> consumer(
            AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
        URI uri = request.uri();
        if (!isWatch(uri)) {
            return consumer;
        }
        return new WatchBody(consumer, uri);
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        if (consumer instanceof WatchBody body) {
            body.accepted = response.isSuccessful();
            if (!body.accepted) {
                // The client tries again and again and tells nobody.
                activity.failed(
                        request.uri(),
                        new KubernetesClientException(
                                "the watch is refused with status " + response.code(), response.code(), null));
            }
        }
    }

    @Override
    public void afterConnectionFailure(HttpRequest request, Throwable cause) {
        if (isWatch(request.uri())) {
            activity.failed(request.uri(), cause);
        }
    }

    /** The events of one watch; of a refused one, the text of the refusal, which is no sign of life. */
    private final class WatchBody implements AsyncBody.Consumer<List<ByteBuffer>> {
        private final AsyncBody.Consumer<List<ByteBuffer>> next;
        private final URI uri;
        private final NonAsciiEscaper escaper = new NonAsciiEscaper();
        private volatile boolean accepted;

        WatchBody(AsyncBody.Consumer<List<ByteBuffer>> next, URI uri) {
            this.next = next;
            this.uri = uri;
        }

        @Override
        public void consume(List<ByteBuffer> chunk, AsyncBody body) throws Exception {
            if (accepted) {
                activity.arrived(uri);
            }
            next.consume(escaper.escape(chunk), body);
        }
    }

    private static boolean isWatch(URI uri) {
        String query = uri.getRawQuery();
        return query != null && ("&" + query + "&").contains("&watch=true&");
    }
}
