// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Starts a JVM for each format: the format is chosen from the environment, once. */
class LogFormatTest {
    @Test
    void writesOneJsonObjectPerRecord() throws Exception {
        String output = outputWith(Map.of("VC_LOG_FORMAT", "json"));

        JsonNode record = JsonMapper.builder().build().readTree(output);
        assertThat(record.path("message").asString()).isEqualTo("written");
        assertThat(record.path("level").asString()).isEqualTo("INFO");
        assertThat(record.toString()).contains("\"kind\":\"Pod\"", "\"tenant\":\"t1\"");
    }

    @Test
    void writesTextByDefaultAndNothingOfItsOwn() throws Exception {
        String output = outputWith(Map.of());

        assertThat(output.lines())
                .singleElement()
                .satisfies(line -> assertThat(line).contains("INFO", "written", "kind=Pod", "tenant=t1"));
    }

    @Test
    void takesLevelsFromTheEnvironmentAndLeavesWhatIsNoLevel() throws Exception {
        assertThat(outputWith(Map.of("VC_LOG_LEVEL", "warn"))).isEmpty();
        assertThat(outputWith(Map.of("VC_LOG_LEVEL", "loud", "VC_ROOT_LOG_LEVEL", "error")))
                .contains("written");
    }

    @Test
    void givesWayToAConfigurationFile(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("logback.xml"), """
                <configuration>
                  <appender name="a" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>theirs %msg%n</pattern></encoder>
                  </appender>
                  <root level="INFO"><appender-ref ref="a"/></root>
                </configuration>
                """);

        assertThat(outputWith(Map.of(), folder.toString() + File.pathSeparator))
                .isEqualToIgnoringNewLines("theirs written");
    }

    private static String outputWith(Map<String, String> environment) throws Exception {
        return outputWith(environment, "");
    }

    private static String outputWith(Map<String, String> environment, String classPathBefore) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPathBefore + System.getProperty("java.class.path"),
                        Writer.class.getName())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("VC_LOG"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** What runs in the other JVM. */
    static final class Writer {
        private Writer() {}

        public static void main(String... args) {
            try (LogScope _ = LogScope.of(LogKeys.TENANT, "t1")) {
                LoggerFactory.getLogger("dev.virtualcluster.test")
                        .atInfo()
                        .addKeyValue(LogKeys.KIND, "Pod")
                        .log("written");
            }
        }
    }
}
