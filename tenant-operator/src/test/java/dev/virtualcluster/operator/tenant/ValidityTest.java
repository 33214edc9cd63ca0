// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.virtualcluster.apis.VirtualClusterSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidityTest {
    @ParameterizedTest
    @CsvSource({"1,1", "90,90", "3650,3650", "3651,3650", "400000000000,3650", "9223372036854775807,3650", "0,1", "-5,1"
    })
    void staysWithinItsBoundsWhateverIsStored(long days, long expected) {
        var spec = new VirtualClusterSpec();
        spec.setPkiExpireDays(days);

        assertThat(Provisioning.validity(spec)).isEqualTo(Duration.ofDays(expected));
    }

    @Test
    void isAYearWhereNothingIsAskedFor() {
        assertThat(Provisioning.validity(new VirtualClusterSpec())).isEqualTo(Duration.ofDays(365));
    }
}
