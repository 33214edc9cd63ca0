// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "failed to create typed patch object (ns/apiserver-svc; /v1, Kind=Service): .spec.typo: field not declared in"
                        + " schema",
                "failed to convert new object (ns/apiserver; apps/v1, Kind=StatefulSet) to proper version (apps/v1): unable to"
                        + " convert unstructured object to apps/v1, Kind=StatefulSet: quantities must match the regular"
                        + " expression"
            })
    void takesAnAppliedBodyThatTheServerCannotReadForRefusedThoughItSays500(String message) {
        assertThat(ErrorCategory.of(answer(500, message))).isEqualTo(ErrorCategory.INVALID);
        assertThat(ErrorCategory.of(answer(503, message))).isEqualTo(ErrorCategory.TRANSIENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Internal error occurred: failed calling webhook \"x\": failed to create typed patch object (a)",
                "failed to create typed live object (ns/apiserver; apps/v1, Kind=StatefulSet): .spec.x: field not declared",
                "etcdserver: request timed out"
            })
    void takesOther500ForTransient(String message) {
        assertThat(ErrorCategory.of(answer(500, message))).isEqualTo(ErrorCategory.TRANSIENT);
    }

    private static KubernetesClientException answer(int code, String message) {
        return new KubernetesClientException(
                "Failure executing: PATCH",
                code,
                new StatusBuilder().withCode(code).withMessage(message).build());
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
