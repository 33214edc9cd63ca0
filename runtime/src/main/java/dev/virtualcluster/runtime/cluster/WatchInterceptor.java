// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the transport and the client's HTTP watch, for three things. It gathers the lines of a watch as bytes and
 * sends tickets through the client in their place ({@link WatchLines}). It reports what the server does, which the client
 * keeps to itself: that events came, that a watch was refused or not reached. And it bounds an event, which the client
 * would gather until its end.
 */
final class WatchInterceptor implements Interceptor {
    static final String NAME = "virtualcluster-watch";

    /** How long after the end of a watch the client may still come for what it had sent. */
    private static final Duration LATE = Duration.ofMinutes(1);

    private final WatchActivity activity;
    private final AnswerBudget budget;
    private final WatchLines lines;
    private final LongSupplier nanoTicker;
    private final Queue<Leftover> leftovers = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /** What the client had been given when its watch ended. */
    private record Leftover(List<String> tickets, long since) {}

    WatchInterceptor(WatchActivity activity, AnswerBudget budget, WatchLines lines, LongSupplier nanoTicker) {
        this.activity = activity;
        this.budget = budget;
        this.lines = lines;
        this.nanoTicker = nanoTicker;
    }

    /** Called every few seconds. */
    void dropLeftovers() {
        drop(LATE);
    }

    /** No watch will go on; those that end later leave nothing either. */
    void close() {
        closed = true;
        drop(Duration.ZERO);
    }

    private void drop(Duration older) {
        leftovers.removeIf(leftover -> {
            boolean isDue = nanoTicker.getAsLong() - leftover.since >= older.toNanos();
            if (isDue) {
                lines.removeAll(leftover.tickets);
            }
            return isDue;
        });
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

    /** The events of one watch; of a refused one, the text of the refusal, which is no sign of life and goes no further. */
    private final class WatchBody implements AsyncBody.Consumer<List<ByteBuffer>> {
        private final AsyncBody.Consumer<List<ByteBuffer>> next;
        private final URI uri;
        private final List<String> underway = new ArrayList<>();
        private volatile boolean accepted;
        private LineGatherer gatherer = new LineGatherer();
        private boolean ended;
        private @Nullable UnfinishedAnswer event;

        WatchBody(AsyncBody.Consumer<List<ByteBuffer>> next, URI uri) {
            this.next = next;
            this.uri = uri;
        }

        @Override
        public void consume(List<ByteBuffer> chunk, AsyncBody body) throws Exception {
            if (!accepted) {
                next.consume(List.of(), body);
                return;
            }
            String tickets;
            try {
                tickets = tickets(chunk, eventOf(body));
            } catch (AnswerCutOffException e) {
                // The client begins the watch anew and tells nobody.
                activity.failed(uri, e);
                throw e;
            }
            if (tickets.isEmpty()) {
                next.consume(List.of(), body);
            } else {
                activity.arrived(uri);
                next.consume(List.of(StandardCharsets.US_ASCII.encode(tickets)), body);
            }
        }

        private synchronized String tickets(List<ByteBuffer> chunk, UnfinishedAnswer unfinished)
                throws AnswerCutOffException {
            // The client asks for more when it has dealt with all it had: what is left, it has skipped.
            lines.removeAll(underway);
            underway.clear();
            StringBuilder tickets = new StringBuilder();
            for (ByteBuffer buffer : chunk) {
                gather(buffer, unfinished, tickets);
            }
            return tickets.toString();
        }

        private synchronized UnfinishedAnswer eventOf(AsyncBody body) {
            UnfinishedAnswer known = event;
            if (known != null) {
                return known;
            }
            UnfinishedAnswer fresh =
                    new UnfinishedAnswer(budget, "the watch of " + uri.getPath(), AnswerBudget.LARGEST_OBJECT);
            event = fresh;
            var ignored = body.done().whenComplete((done, failure) -> end(fresh));
            return fresh;
        }

        private synchronized void end(UnfinishedAnswer unfinished) {
            ended = true;
            unfinished.end();
            gatherer = new LineGatherer();
            if (!underway.isEmpty()) {
                leftovers.add(new Leftover(List.copyOf(underway), nanoTicker.getAsLong()));
                underway.clear();
            }
            if (closed) {
                drop(Duration.ZERO);
            }
        }

        /** Puts the lines that end in this buffer among the tickets and counts what is held of them and of the next. */
        private void gather(ByteBuffer buffer, UnfinishedAnswer unfinished, StringBuilder tickets)
                throws AnswerCutOffException {
            if (ended) {
                return;
            }
            int held = gatherer.begun();
            List<byte[]> complete = gatherer.add(buffer);
            if (!complete.isEmpty()) {
                unfinished.settle();
                held = 0;
            }
            for (byte[] line : complete) {
                boolean fits = budget.take(line.length);
                String ticket = lines.put(line, budget);
                underway.add(ticket);
                tickets.append(ticket).append('\n');
                if (!fits) {
                    throw unfinished.cutOff(" has more lines than this process may hold");
                }
            }
            unfinished.grow(gatherer.begun() - held);
        }
    }

    static boolean isWatch(URI uri) {
        String query = uri.getRawQuery();
        return query != null && ("&" + query + "&").contains("&watch=true&");
    }
}
