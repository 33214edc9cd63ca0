// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WatchInterceptorTest {
    private static final HttpRequest WATCH = new StandardHttpRequest.Builder()
            .uri(URI.create("https://a.example/api/v1/pods?watch=true"))
            .build();

    private static final int MIB = 1024 * 1024;

    private final WatchLines lines = new WatchLines();
    private final AnswerBudget.Pool pool = new AnswerBudget.Pool(4 * MIB);
    private final AtomicLong now = new AtomicLong();
    private final WatchInterceptor interceptor = new WatchInterceptor(
            new WatchActivity(System::nanoTime),
            new AnswerBudget(pool, Meters.of("test").counter("cut_off_answers")),
            lines,
            now::get);
    private final List<String> passed = new ArrayList<>();
    private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

    @Test
    void passesATicketForEachLine() throws Exception {
        AsyncBody.Consumer<List<ByteBuffer>> watch = watch(200);

        consume(watch, "first\nsecond\nthi");
        List<String> tickets = passed();

        assertThat(tickets).hasSize(2).allSatisfy(ticket -> assertThat(ticket).matches("\\p{ASCII}+"));
        assertThat(lines.find(tickets.get(0))).asString().isEqualTo("first");
        assertThat(lines.find(tickets.get(1))).asString().isEqualTo("second");

        passed.clear();
        consume(watch, "rd\n");

        assertThat(lines.find(passed().getFirst())).asString().isEqualTo("third");
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
        assertThat(lines.find(passed().getFirst())).asString().isEqualTo(stolen);
    }

    @Test
    void passesNothingOfARefusal() throws Exception {
        consume(watch(403), "forbidden\n");

        assertThat(passed()).isEmpty();
        assertThat(lines.size()).isZero();
    }

    @Test
    void dropsWhatTheClientDidNotComeForWhenItAsksForMore() throws Exception {
        AsyncBody.Consumer<List<ByteBuffer>> watch = watch(200);
        consume(watch, "first\nsecond\n");

        consume(watch, "third\n");

        assertThat(lines.size()).isEqualTo(1);
        assertThat(pool.held()).isEqualTo("third".length());
    }

    @Test
    void dropsWhatTheClientDoesNotComeForAMinuteAfterTheEnd() throws Exception {
        AsyncBody.Consumer<List<ByteBuffer>> watch = watch(200);
        consume(watch, "first\nsecond\nbegun");

        end.complete(null);
        interceptor.dropLeftovers();
        assertThat(lines.size()).isEqualTo(2);
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        interceptor.dropLeftovers();

        assertThat(lines.size()).isZero();
        assertThat(pool.held()).isZero();
    }

    @Test
    void leavesNothingWhenItIsClosed() throws Exception {
        consume(watch(200), "first\n");
        end.complete(null);

        interceptor.close();

        assertThat(lines.size()).isZero();
    }

    /** The client's cancelling takes its time. */
    @Test
    void leavesNothingOfAWatchThatEndsAfterTheClose() throws Exception {
        consume(watch(200), "first\n");
        interceptor.close();

        end.complete(null);

        assertThat(lines.size()).isZero();
    }

    /** However many there were before: a watch goes on for hours. */
    @Test
    void countsLinesUntilTheyAreRead() throws Exception {
        AsyncBody.Consumer<List<ByteBuffer>> watch = watch(200);
        String line = "x".repeat(MIB) + "\n";
        for (int i = 0; i < 40; i++) {
            consume(watch, line);
            assertThat(pool.held()).isEqualTo(MIB);
        }
        passed().forEach(lines::remove);

        assertThat(pool.held()).isZero();
    }

    @Test
    void givesUpAWatchWhoseLinesAreMoreThanTheProcessMayHold() throws Exception {
        String lines17MiB = ("x".repeat(MIB) + "\n").repeat(17);
        AsyncBody.Consumer<List<ByteBuffer>> watch = watch(200);

        assertThatThrownBy(() -> consume(watch, lines17MiB)).isInstanceOf(AnswerCutOffException.class);

        assertThat(passed()).isEmpty();
        end.complete(null);
        interceptor.close();
        assertThat(pool.held()).isZero();
    }

    /** Nothing but ends of lines, as many as one frame of HTTP/2 holds: work that grows with their square takes minutes. */
    @Test
    @Timeout(30)
    void takesAChunkOfEmptyLines() throws Exception {
        consume(watch(200), "\n".repeat(16 * 1024));

        assertThat(passed()).hasSize(16 * 1024);
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
