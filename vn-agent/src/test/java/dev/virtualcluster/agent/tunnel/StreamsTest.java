// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.virtualcluster.agent.http.RefusedException;
import dev.virtualcluster.apis.names.TenantKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the places of an agent are shared. */
class StreamsTest {
    private final Streams streams = new Streams(Limits.DEFAULT, System::nanoTime);

    @Test
    void givesATenantAllThatOneMayHaveWhilePlacesAreFree() {
        for (int i = 0; i < 4; i++) {
            assertThat(takeAll("greedy-" + i)).hasSize(Limits.DEFAULT.streamsPerTenant());
        }
    }

    @Test
    void leavesPlacesHoweverManyTakeWhatTheyCanGet() {
        for (int i = 0; i < 16; i++) {
            takeAll("greedy-" + i);
        }

        assertThat(streams.size()).isLessThan(Limits.DEFAULT.connections() - 64);
        assertThat(takeAll("modest")).hasSizeGreaterThan(8);
    }

    @Test
    void givesNothingMoreToWhoHasMostUntilPlacesAreFreeAgain() {
        List<Streams.Stream> first = takeAll("greedy-0");
        for (int i = 1; i < 8; i++) {
            takeAll("greedy-" + i);
        }
        first.getFirst().close();

        assertThatThrownBy(() -> open("greedy-0"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("already has 255 streams");
        first.subList(1, first.size()).forEach(Streams.Stream::close);
        assertThat(open("greedy-0")).isNotNull();
    }

    private List<Streams.Stream> takeAll(String tenant) {
        List<Streams.Stream> taken = new ArrayList<>();
        try {
            while (true) {
                taken.add(open(tenant));
            }
        } catch (RefusedException full) {
            return taken;
        }
    }

    private Streams.Stream open(String tenant) {
        return streams.open(new TenantKey(tenant), ending -> {});
    }
}
