// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Bounds every answer that is no watch: in bytes, because the client reads it whole however long it is, and in time,
 * because the client goes on reading for a caller that has given up. A list may have what the budget allows, anything else
 * the size of one object.
 */
final class AnswerInterceptor implements Interceptor {
    static final String NAME = "virtualcluster-answers";

    private static final String NAMESPACES = "namespaces";
    private static final Pattern API_ROOT = Pattern.compile("/apis?/");

    private final AnswerBudget budget;
    private final Duration patience;
    private final LongSupplier nanoTicker;
    private final Set<Body> open = ConcurrentHashMap.newKeySet();

    /** Gives up answers that are not finished after {@code patience}, when {@link #cancelOverdue} is called. */
    AnswerInterceptor(AnswerBudget budget, Duration patience, LongSupplier nanoTicker) {
        this.budget = budget;
        this.patience = patience;
        this.nanoTicker = nanoTicker;
    }

    @Override
    public AsyncBody.Consumer<List<ByteBuffer>> consumer(
            AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
        return WatchInterceptor.isWatch(request.uri()) ? consumer : new Body(consumer, request);
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        if (consumer instanceof Body ours && response.body() instanceof AsyncBody body) {
            var ignored = ours.answerOf(body);
        }
    }

    /** Called every few seconds. */
    void cancelOverdue() {
        for (Body body : open) {
            body.cancelOverdue();
        }
    }

    /** Whether a path of the API names a collection: {@code /api/v1/pods}, {@code /apis/G/V/namespaces/N/pods}. */
    static boolean isCollection(URI uri) {
        String path = uri.getPath();
        // The server's own path may stand before it.
        Matcher root = API_ROOT.matcher(path);
        if (!root.find()) {
            return false;
        }
        int start = root.start();
        List<String> parts = List.of(path.substring(start + 1).split("/", -1));
        int prefix = parts.getFirst().equals("apis") ? 3 : 2;
        int rest = parts.size() - prefix;
        return rest == 1 || (rest == 3 && parts.get(prefix).equals(NAMESPACES));
    }

    /** The body of one answer; of two, where the client sends a request again with fresh credentials. */
    private final class Body implements AsyncBody.Consumer<List<ByteBuffer>> {
        private final AsyncBody.Consumer<List<ByteBuffer>> next;
        private final String request;
        private final long bound;
        private @Nullable AsyncBody current;
        private @Nullable UnfinishedAnswer answer;
        private long since;

        Body(AsyncBody.Consumer<List<ByteBuffer>> next, HttpRequest request) {
            this.next = next;
            this.request = request.method() + " " + request.uri().getPath();
            this.bound = "GET".equals(request.method()) && isCollection(request.uri())
                    ? Long.MAX_VALUE
                    : AnswerBudget.LARGEST_OBJECT;
        }

        @Override
        public void consume(List<ByteBuffer> chunk, AsyncBody body) throws Exception {
            try {
                answerOf(body).grow(UnfinishedAnswer.size(chunk));
            } catch (AnswerCutOffException e) {
                // Before the reset that follows, which would say nothing of why.
                body.done().completeExceptionally(e);
                throw e;
            }
            next.consume(chunk, body);
        }

        synchronized UnfinishedAnswer answerOf(AsyncBody body) {
            UnfinishedAnswer known = answer;
            if (known != null && body.equals(current)) {
                return known;
            }
            UnfinishedAnswer fresh = new UnfinishedAnswer(budget, request, bound);
            current = body;
            answer = fresh;
            since = nanoTicker.getAsLong();
            if (budget.isBounded()) {
                open.add(this);
            }
            var ignored = body.done().whenComplete((done, failure) -> {
                fresh.end();
                ended(body);
            });
            return fresh;
        }

        private synchronized void ended(AsyncBody body) {
            if (body.equals(current)) {
                open.remove(this);
            }
        }

        void cancelOverdue() {
            AsyncBody overdue;
            AnswerCutOffException why;
            synchronized (this) {
                if (current == null || answer == null || nanoTicker.getAsLong() - since < patience.toNanos()) {
                    return;
                }
                overdue = current;
                why = answer.cutOff(" does not end within " + patience.toSeconds() + " seconds");
            }
            // Before the cancellation, which would say nothing of why.
            overdue.done().completeExceptionally(why);
            overdue.cancel();
        }
    }
}
