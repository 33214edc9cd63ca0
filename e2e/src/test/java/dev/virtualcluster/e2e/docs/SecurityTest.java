// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The policies that admins are told to apply name what the code makes. */
class SecurityTest {
    private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern YAML = Pattern.compile("(?s)```yaml\n(.*?)```");

    @Test
    void theEgressPolicyOfRootNamespacesNamesOurLabelAndTheAgentsPort() throws Exception {
        var example = YAML.matcher(Files.readString(CHECKOUT.resolve("docs/security.md")));
        assertThat(example.find()).isTrue();
        String keys = Files.readString(CHECKOUT.resolve("apis/src/main/java/dev/virtualcluster/apis/Keys.java"));

        var policy = Serialization.unmarshal(example.group(1), NetworkPolicy.class);

        assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Egress");
        assertThat(policy.getSpec().getPodSelector().getMatchLabels()).isNullOrEmpty();
        var rules = policy.getSpec().getEgress();
        assertThat(rules).allSatisfy(rule -> assertThat(rule.getTo()).isNotEmpty());
        assertThat(rules.get(0).getTo().getFirst().getNamespaceSelector().getMatchLabels())
                .containsOnlyKeys("tenancy.x-k8s.io/cluster");
        assertThat(keys)
                .contains("GROUP = \"tenancy.x-k8s.io\"", "PREFIX = GROUP + \"/\"", "CLUSTER = PREFIX + \"cluster\"");
        assertThat(keys)
                .contains("AGENT_PORT = "
                        + rules.get(1).getPorts().getFirst().getPort().getIntVal() + ";");
    }
}
