// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.virtualcluster.runtime.metrics.Meters;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WatchInterceptorTest {
    private static final HttpRequest WATCH = new StandardHttpRequest.Builder()
            .uri(URI.create("https://a.example/api/v1/pods?watch=true"))
            .build();

    private final WatchLines lines = new WatchLines();
    private final WatchInterceptor interceptor = new WatchInterceptor(
            new WatchActivity(System::nanoTime),
            new AnswerBudget(AnswerBudget.Pool.unbounded(), Meters.of("test").counter("cut_off_answers")),
            lines,
            Duration.ofMillis(50));
    private final List<String> passed = new ArrayList<>();
    private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

    @Test
    void passesATicketForEachLine() throws Exception {
        AsyncBody.Consumer<List<ByteBuffer>> watch = watch(200);

        consume(watch, "first\nsec");
        consume(watch, "ond\n");

        List<String> tickets = passed();
        assertThat(tickets).hasSize(2).allSatisfy(ticket -> assertThat(ticket).matches("\\p{ASCII}+"));
        assertThat(lines.take(tickets.get(0))).asString().isEqualTo("first");
        assertThat(lines.take(tickets.get(1))).asString().isEqualTo("second");
    }

    /** Two watches at once, of two clusters: nobody must get what is another's. */
    @Test
    void givesEachWatchTicketsOfItsOwn() throws Exception {
        consume(watch(200), "one\n");
        consume(watch(200), "other\n");

        assertThat(passed()).doesNotHaveDuplicates().hasSize(2);
    }

    @Test
    void keepsATicketThatTheServerMadeUpFromTheClient() throws Exception {
        consume(watch(200), "the one of another cluster\n");
        String stolen = passed().getFirst();
        passed.clear();

        consume(watch(200), stolen + "\n");
        consume(watch(500), stolen + "\n");

        assertThat(passed()).hasSize(1).doesNotContain(stolen);
        assertThat(lines.take(passed().getFirst())).asString().isEqualTo(stolen);
    }

    @Test
    void passesNothingOfARefusal() throws Exception {
        consume(watch(403), "forbidden\n");

        assertThat(passed()).isEmpty();
        assertThat(lines.waiting()).isZero();
    }

    @Test
    void dropsWhatTheClientDoesNotComeForAfterTheEnd() throws Exception {
        AsyncBody.Consumer<List<ByteBuffer>> watch = watch(200);
        consume(watch, "first\n");
        assertThat(lines.take(passed().getFirst())).isNotNull();
        consume(watch, "second\nthird\n");

        end.complete(null);

        assertThat(lines.waiting()).isEqualTo(2);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(lines.waiting()).isZero());
    }

    @Test
    void leavesOtherAnswersAlone() {
        AsyncBody.Consumer<List<ByteBuffer>> consumer = (chunk, body) -> {};
        HttpRequest list = new StandardHttpRequest.Builder()
                .uri(URI.create("https://a.example/api/v1/pods?limit=1"))
                .build();

        assertThat(interceptor.consumer(consumer, list)).isSameAs(consumer);
    }

    private AsyncBody.Consumer<List<ByteBuffer>> watch(int status) {
        AsyncBody.Consumer<List<ByteBuffer>> ours = interceptor.consumer(
                (chunk, body) -> chunk.forEach(buffer ->
                        passed.add(StandardCharsets.UTF_8.decode(buffer).toString())),
                WATCH);
        interceptor.after(WATCH, new Answer(status), ours);
        return ours;
    }

    private void consume(AsyncBody.Consumer<List<ByteBuffer>> watch, String chunk) throws Exception {
        watch.consume(List.of(ByteBuffer.wrap(chunk.getBytes(StandardCharsets.UTF_8))), new Body(end));
    }

    private List<String> passed() {
        return String.join("", passed).lines().toList();
    }

    private record Body(CompletableFuture<@Nullable Void> done) implements AsyncBody {
        @Override
        public void consume() {}

        @Override
        public void cancel() {}
    }

    private record Answer(int code) implements HttpResponse<String> {
        @Override
        public String body() {
            return "";
        }

        @Override
        public HttpRequest request() {
            return WATCH;
        }

        @Override
        public Optional<HttpResponse<?>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public List<String> headers(String key) {
            return List.of();
        }

        @Override
        public Map<String, List<String>> headers() {
            return Map.of();
        }
    }
}
