// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;

/**
 * Reads JSON in one pass, and the events of watches from the bytes that came ({@link WatchLines}). The library's own way
 * turns a text into bytes and reads these through a stream, and reads the object of a watch event twice: into a tree, for
 * its kind, and then into its class. An API server writes kind and apiVersion first, in either order, so the class is known
 * before the rest is read. What does not look like that goes the library's way, unless it is no JSON at all: only manifests
 * may be YAML. Safe for use by any thread.
 */
final class DirectSerialization extends KubernetesSerialization {
    /** Set while the superclass is being built; an initialiser here would undo it. */
    private @Nullable ObjectMapper direct;

    private static final int END = -1;

    private final Map<String, Class<? extends KubernetesResource>> types = new ConcurrentHashMap<>();

    private final WatchLines lines;
    private final PendingAnswers answers;

    /**
     * Finds in {@code lines} the events for which it is given tickets, and leads from a client to its platform's {@code
     * answers}. It knows Status and the kinds it is told of ({@link
     * #registerKubernetesResource}); another, or a manifest, makes the library look through its whole model, once, which loads and
     * instantiates every kind there is.
     */
    DirectSerialization(ObjectMapper mapper, WatchLines lines, PendingAnswers answers) {
        super(mapper, false);
        this.lines = lines;
        this.answers = answers;
        registerKubernetesResource("v1", "Status", Status.class);
    }

    @Override
    protected ObjectMapper configureMapper(ObjectMapper mapper) {
        direct = super.configureMapper(mapper);
        return direct;
    }

    /** Manifests name their kinds themselves, which may be any. */
    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals")
    public <T> T unmarshal(InputStream manifest) {
        return WholeModel.KINDS.unmarshal(manifest);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals")
    public <T> T unmarshal(String manifest) {
        return WholeModel.KINDS.unmarshal(manifest);
    }

    @Override
    public <T> T unmarshal(String text, Class<T> type) {
        if (lines.isTicket(text)) {
            return type.cast(type == WatchEvent.class ? watchEvent(text) : super.unmarshal(line(text), type));
        }
        if (type == WatchEvent.class || !text.startsWith("{")) {
            requireJson(text);
            return super.unmarshal(text, type);
        }
        try {
            return Objects.requireNonNull(direct).readValue(text, type);
        } catch (JacksonException e) {
            throw new KubernetesClientException("An error has occurred.", e);
        }
    }

    PendingAnswers answers() {
        return answers;
    }

    /** Reads an answer from its bytes. */
    <T> T unmarshal(byte[] answer, Class<T> type) {
        try {
            requireJson(firstOf(answer));
            byte[] read = HasMetadata.class.isAssignableFrom(type) ? ManagedFields.cutFromObject(answer) : answer;
            return Objects.requireNonNull(direct).readValue(read, type);
        } catch (JacksonException e) {
            // The library has the last word: a text may have characters that are none.
            return unmarshal(new String(answer, StandardCharsets.UTF_8), type);
        }
    }

    private static int firstOf(byte[] answer) {
        for (byte c : answer) {
            if (!isBlank(c)) {
                return c;
            }
        }
        return END;
    }

    @Override
    public <T> T unmarshal(String text, TypeReference<T> type) {
        requireJson(text);
        return super.unmarshal(text, type);
    }

    @Override
    public <T> T unmarshal(InputStream answer, TypeReference<T> type) {
        return super.unmarshal(json(answer), type);
    }

    @Override
    public <T> T unmarshal(InputStream answer, Class<T> type) {
        return super.unmarshal(json(answer), type);
    }

    private static void requireJson(String text) {
        requireJson(text.chars().filter(c -> !isBlank(c)).findFirst().orElse(END));
    }

    private static InputStream json(InputStream answer) {
        try {
            PushbackInputStream read = new PushbackInputStream(answer);
            int first = read.read();
            while (first != END && isBlank(first)) {
                first = read.read();
            }
            requireJson(first);
            read.unread(first);
            return read;
        } catch (IOException e) {
            throw new KubernetesClientException("An error has occurred.", e);
        }
    }

    /**
     * What is no JSON, the library takes for YAML, whose aliases let 400 characters stand for more objects than there is
     * memory. No API server that is asked for JSON answers so, but a tenant's may.
     */
    private static void requireJson(int first) {
        if (first != '{' && first != '[') {
            throw new KubernetesClientException("the answer is no JSON");
        }
    }

    private static boolean isBlank(int character) {
        return character == ' ' || character == '\n' || character == '\r' || character == '\t';
    }

    /** What cannot be read stays for the client's next attempt, as a tree, and goes with the watch. */
    private WatchEvent watchEvent(String ticket) {
        byte[] line = lines.find(ticket);
        WatchEvent event = null;
        try {
            event = line == null ? null : watchEvent(Objects.requireNonNull(direct), line);
        } catch (JacksonException e) {
            // The library has the last word, and the message.
        }
        WatchEvent read = event == null ? super.unmarshal(line(ticket), WatchEvent.class) : event;
        lines.remove(ticket);
        return read;
    }

    private String line(String ticket) {
        byte[] line = lines.find(ticket);
        if (line == null) {
            throw new KubernetesClientException("an event of a watch is not there any more");
        }
        String text = new String(line, StandardCharsets.UTF_8);
        requireJson(text);
        return text;
    }

    /** The event, or null when it is not written the way API servers write events. */
    private @Nullable WatchEvent watchEvent(ObjectMapper mapper, byte[] line) {
        WatchEvent event = new WatchEvent();
        try (JsonParser parser = mapper.createParser(ManagedFields.cutFromEvent(line))) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                switch (parser.currentName()) {
                    case "type" -> {
                        if (parser.nextToken() != JsonToken.VALUE_STRING) {
                            return null;
                        }
                        event.setType(parser.getString());
                    }
                    case "object" -> {
                        KubernetesResource object = object(mapper, parser);
                        if (object == null) {
                            return null;
                        }
                        event.setObject(object);
                    }
                    default -> {
                        return null;
                    }
                }
            }
            return parser.currentToken() == JsonToken.END_OBJECT ? event : null;
        }
    }

    private @Nullable KubernetesResource object(ObjectMapper mapper, JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return null;
        }
        String kind = null;
        String apiVersion = null;
        for (int i = 0; i < 2; i++) {
            String name = parser.nextName();
            String value = name == null ? null : parser.nextStringValue();
            if ("kind".equals(name)) {
                kind = value;
            } else if ("apiVersion".equals(name)) {
                apiVersion = value;
            }
        }
        Class<? extends KubernetesResource> type = kind == null || apiVersion == null ? null : type(apiVersion, kind);
        // A bean's deserializer goes on in the middle of an object; the class knows its kind and version itself.
        return type == null || parser.nextToken() != JsonToken.PROPERTY_NAME
                ? null
                : mapper.readerFor(type).readValue(parser);
    }

    /** The library's look-up takes one lock for all connections; what it has found stays. */
    private @Nullable Class<? extends KubernetesResource> type(String apiVersion, String kind) {
        String key = apiVersion + ' ' + kind;
        Class<? extends KubernetesResource> known = types.get(key);
        if (known == null) {
            known = getRegisteredKubernetesResource(apiVersion, kind);
            if (known == null) {
                known = WholeModel.KINDS.getRegisteredKubernetesResource(apiVersion, kind);
            }
            if (known != null) {
                types.put(key, known);
            }
        }
        return known;
    }

    /** Made when a watch brings what no cache asked for, and for manifests. */
    private static final class WholeModel {
        static final KubernetesSerialization KINDS = new KubernetesSerialization();
    }
}
