// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * Stands between the transport and the client's HTTP watch, for two things. It escapes what is not ASCII, because the
 * client (up to 8.0.0) decodes every network chunk alone and one event with "é" ends the watch for good; to be deleted
 * when that is fixed. And it reports that bytes came, which tells a silent watch from a live one.
 */
final class WatchInterceptor implements Interceptor {
    static final String NAME = "virtualcluster-watch";

    private final Consumer<URI> bytesArrived;

    WatchInterceptor(Consumer<URI> bytesArrived) {
        this.bytesArrived = bytesArrived;
    }

    @Override
    public AsyncBody.Consumer<List<ByteBuffer>> consumer(
            AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
        URI uri = request.uri();
        if (!isWatch(uri)) {
            return consumer;
        }
        NonAsciiEscaper escaper = new NonAsciiEscaper();
        return (chunk, body) -> {
            bytesArrived.accept(uri);
            consumer.consume(escaper.escape(chunk), body);
        };
    }

    private static boolean isWatch(URI uri) {
        String query = uri.getRawQuery();
        return query != null && ("&" + query + "&").contains("&watch=true&");
    }
}
