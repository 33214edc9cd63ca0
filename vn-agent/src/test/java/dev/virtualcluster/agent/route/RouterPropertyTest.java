// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.agent.http.Headers;
import dev.virtualcluster.agent.http.RefusedException;
import dev.virtualcluster.agent.http.RequestHead;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is let through means the same to the kubelet as it did here. */
class RouterPropertyTest {
    @Property
    void acceptsNoPathThatIsNotAPlainName(@ForAll("paths") String path) {
        Optional<Call> call = route(path);
        assertThat(call.isPresent())
                .as(path)
                .isEqualTo(path.matches("/containerLogs/[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
                                + "/[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
                                + "/[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
                        || path.equals("/healthz"));
    }

    @Property
    void writesEveryByteOfAnArgumentBack(@ForAll("bytes") String value) {
        assertThat(PercentCoding.decode(PercentCoding.encode(value))).isEqualTo(value);
        assertThat(PercentCoding.encode(value)).matches("([-A-Za-z0-9._~]|%[0-9A-F]{2})*");
    }

    @Property
    void rewritesWhatItRewroteToTheSame(@ForAll("queries") String query) {
        try {
            String once = QueryRules.of(Endpoint.EXEC).rewrite(query);
            assertThat(QueryRules.of(Endpoint.EXEC).rewrite(once)).isEqualTo(once);
        } catch (RefusedException e) {
            assertThat(e.status()).isEqualTo(400);
        }
    }

    private static Optional<Call> route(String path) {
        try {
            return Optional.of(Router.route(new RequestHead("GET", path, new Headers(List.of()))));
        } catch (RefusedException e) {
            return Optional.empty();
        }
    }

    @Provide
    Arbitrary<String> paths() {
        Arbitrary<String> parts = Arbitraries.of(
                "/containerLogs",
                "/healthz",
                "/exec",
                "/shop",
                "/web-0",
                "/a.b",
                "/app",
                "/",
                "/..",
                "/.",
                "%2f",
                "%2e",
                "-",
                ".",
                "A",
                "//",
                ";",
                "\\",
                "\u0000",
                "/pods",
                "é");
        return parts.list().ofMinSize(1).ofMaxSize(6).map(list -> String.join("", list));
    }

    @Provide
    Arbitrary<String> bytes() {
        return Arbitraries.chars()
                .range('\u0000', '\u00ff')
                .list()
                .ofMaxSize(40)
                .map(chars -> {
                    StringBuilder text = new StringBuilder();
                    chars.forEach(text::append);
                    return text.toString();
                });
    }

    @Provide
    Arbitrary<String> queries() {
        return Arbitraries.of(
                        "command=",
                        "tty=1",
                        "input=0",
                        "&",
                        "%41",
                        "+",
                        "a",
                        "%",
                        ";",
                        "=",
                        "error=true",
                        "é",
                        "%00",
                        "%c3")
                .list()
                .ofMaxSize(8)
                .map(list -> String.join("", list));
    }
}
