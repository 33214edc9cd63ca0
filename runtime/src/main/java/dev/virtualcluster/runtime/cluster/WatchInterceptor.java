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
import org.jspecify.annotations.Nullable;

/**
 * Stands between the transport and the client's HTTP watch, for three things. It escapes what is not ASCII, because the
 * client (up to 8.0.0) decodes every network chunk alone and one event with "é" ends the watch for good; to be deleted
 * when that is fixed. It reports what the server does, which the client keeps to itself: that events came, that a watch
 * was refused or not reached. And it bounds an event, which the client would gather until its end.
 */
final class WatchInterceptor implements Interceptor {
    static final String NAME = "virtualcluster-watch";

    private final WatchActivity activity;
    private final AnswerBudget budget;

    WatchInterceptor(WatchActivity activity, AnswerBudget budget) {
        this.activity = activity;
        this.budget = budget;
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
        private @Nullable UnfinishedAnswer event;

        WatchBody(AsyncBody.Consumer<List<ByteBuffer>> next, URI uri) {
            this.next = next;
            this.uri = uri;
        }

        @Override
        public void consume(List<ByteBuffer> chunk, AsyncBody body) throws Exception {
            List<ByteBuffer> escaped = escaper.escape(chunk);
            try {
                if (count(escaped, eventOf(body)) && accepted) {
                    activity.arrived(uri);
                }
            } catch (AnswerCutOffException e) {
                // The client begins the watch anew and tells nobody.
                activity.failed(uri, e);
                throw e;
            }
            next.consume(escaped, body);
        }

        private UnfinishedAnswer eventOf(AsyncBody body) {
            UnfinishedAnswer known = event;
            if (known != null) {
                return known;
            }
            UnfinishedAnswer fresh =
                    new UnfinishedAnswer(budget, "the watch of " + uri.getPath(), AnswerBudget.LARGEST_OBJECT);
            event = fresh;
            var ignored = body.done().whenComplete((done, failure) -> fresh.end());
            return fresh;
        }

        /** Counts the event that has begun; true when one has ended. */
        private static boolean count(List<ByteBuffer> chunk, UnfinishedAnswer event) throws AnswerCutOffException {
            boolean hasEnded = false;
            for (ByteBuffer buffer : chunk) {
                int begun = afterLastLine(buffer);
                if (begun > buffer.position()) {
                    hasEnded = true;
                    event.settle();
                }
                event.grow(buffer.limit() - begun);
            }
            return hasEnded;
        }

        /** Where the last, unfinished line begins. An event mostly ends a chunk, so this is mostly found at once. */
        private static int afterLastLine(ByteBuffer buffer) {
            int index = buffer.limit();
            while (index > buffer.position() && buffer.get(index - 1) != '\n') {
                index--;
            }
            return index;
        }
    }

    static boolean isWatch(URI uri) {
        String query = uri.getRawQuery();
        return query != null && ("&" + query + "&").contains("&watch=true&");
    }
}
