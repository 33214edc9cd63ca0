// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorCategoryTest {
    @ParameterizedTest
    @CsvSource({
        "400,INVALID", "401,FORBIDDEN", "403,FORBIDDEN", "404,NOT_FOUND", "409,CONFLICT", "410,TRANSIENT",
        "412,CONFLICT", "413,INVALID", "415,INVALID", "422,INVALID", "429,TRANSIENT", "500,TRANSIENT",
        "503,TRANSIENT", "504,TRANSIENT", "302,INTERNAL"
    })
    void followsTheStatusOfTheAnswer(int code, ErrorCategory expected) {
        assertThat(ErrorCategory.of(new KubernetesClientException("said no", code, null)))
                .isEqualTo(expected);
    }

    @Test
    void takesAnswerlessFailuresOfTheTransportForTransient() {
        assertThat(ErrorCategory.of(new KubernetesClientException("no", new ConnectException("refused"))))
                .isEqualTo(ErrorCategory.TRANSIENT);
        assertThat(ErrorCategory.of(new RuntimeException(new TimeoutException())))
                .isEqualTo(ErrorCategory.TRANSIENT);
        assertThat(ErrorCategory.of(new IOException("cut"))).isEqualTo(ErrorCategory.TRANSIENT);
    }

    @Test
    void takesEverythingElseForADefectOfOurs() {
        assertThat(ErrorCategory.of(new NullPointerException())).isEqualTo(ErrorCategory.INTERNAL);
        assertThat(ErrorCategory.of(new KubernetesClientException("cannot parse")))
                .isEqualTo(ErrorCategory.INTERNAL);
    }
}
