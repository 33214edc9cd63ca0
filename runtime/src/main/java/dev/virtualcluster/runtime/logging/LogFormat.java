// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Where our processes log and how: to standard output, as text for people or with {@code VC_LOG_FORMAT=json} for machines.
 * {@code VC_LOG_LEVEL} is for our own packages, {@code VC_CLIENT_LOG_LEVEL} for the Kubernetes client, {@code
 * VC_ROOT_LOG_LEVEL} for everything else. Code and no {@code logback.xml}, for which the XML parser of the JDK and
 * logback's interpreter of it would stay in memory, 260 classes; one on the class path or named by the property {@code
 * logback.configurationFile} has precedence. Logback finds it as a service.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_NORMAL_PRIORITY)
public final class LogFormat extends ContextAwareBase implements Configurator {
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{20} %msg %kvp{NONE} %mdc%n%ex{full}";
    private static final String JSON = "json";

    private final Map<String, String> environment;

    /** Reads the process's environment. */
    public LogFormat() {
        this(System.getenv());
    }

    LogFormat(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        ClassLoader loader = LogFormat.class.getClassLoader();
        if (System.getProperty("logback.configurationFile") != null
                || loader.getResource("logback-test.xml") != null
                || loader.getResource("logback.xml") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("console");
        console.setEncoder(encoder(context));
        console.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level("VC_ROOT_LOG_LEVEL", Level.INFO));
        root.addAppender(console);
        context.getLogger("dev.virtualcluster").setLevel(level("VC_LOG_LEVEL", Level.INFO));
        // Whatever it retries, it says at INFO or WARN per watch; what matters of it we say ourselves.
        context.getLogger("io.fabric8.kubernetes.client").setLevel(level("VC_CLIENT_LOG_LEVEL", Level.ERROR));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private Encoder<ILoggingEvent> encoder(LoggerContext context) {
        EncoderBase<ILoggingEvent> encoder = JSON.equalsIgnoreCase(environment.get("VC_LOG_FORMAT")) ? json() : text();
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    private static EncoderBase<ILoggingEvent> text() {
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setPattern(PATTERN);
        return text;
    }

    private static EncoderBase<ILoggingEvent> json() {
        JsonEncoder json = new JsonEncoder();
        json.setWithSequenceNumber(false);
        json.setWithContext(false);
        json.setWithNanoseconds(false);
        json.setWithArguments(false);
        return json;
    }

    /** A level that there is not leaves the default. */
    private Level level(String variable, Level otherwise) {
        return Level.toLevel(environment.get(variable), otherwise);
    }
}
