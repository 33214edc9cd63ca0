// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.demo;

import dev.virtualcluster.e2e.demo.Command.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stock kubectl, run as a person runs it, against one kubeconfig. {@code who} names the reader's side in messages
 * ("tenant team-a", "admin"). Safe for use by several threads.
 */
public record Kubectl(Path binary, Path kubeconfig, String who) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** The command line for {@code arguments}, not yet run. */
    public Command command(String... arguments) {
        List<String> line = new ArrayList<>(List.of(binary.toString()));
        line.addAll(List.of(arguments));
        return Command.of(line.toArray(String[]::new))
                .with("KUBECONFIG", kubeconfig.toString())
                // Discovery is cached per server address; a recreated tenant at the same address must not meet it.
                .with("KUBECACHEDIR", kubeconfig.resolveSibling("kubectl-cache").toString());
    }

    /** The same as a person types it, with the kubeconfig named. */
    public String typed(String... arguments) {
        return "kubectl --kubeconfig " + Shell.line(Shell.path(kubeconfig)) + " " + Shell.line(arguments);
    }

    /** Runs and returns standard output; a non-zero exit fails the step with what kubectl said. */
    public String run(String... arguments) throws InterruptedException {
        return checked(command(arguments).run(), arguments);
    }

    /** Runs with {@code document} on standard input, as {@code kubectl apply -f -} wants it. */
    public String runReading(String document, String... arguments) throws InterruptedException {
        return checked(command(arguments).reading(document).run(), arguments);
    }

    /** Runs and tells how it ended, whatever that is. */
    public Outcome attempt(String... arguments) throws InterruptedException {
        return command(arguments).run();
    }

    /** Runs with {@code -o json} added and parses the answer. */
    public JsonNode json(String... arguments) throws InterruptedException {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.add("-o");
        line.add("json");
        return MAPPER.readTree(run(line.toArray(String[]::new)));
    }

    /** Waits by {@code kubectl wait} until {@code condition} holds for {@code object} of {@code namespace}. */
    public void await(String namespace, String object, String condition, Duration limit) throws InterruptedException {
        String seconds = limit.toSeconds() + "s";
        Outcome outcome = command("-n", namespace, "wait", object, "--for=" + condition, "--timeout=" + seconds)
                .within(limit.plusSeconds(10))
                .run();
        if (outcome.exit() != 0) {
            String seen = command("-n", namespace, "describe", object).run().all();
            throw new StepFailedException(
                    who + ": " + object + " did not reach " + condition + " in " + seconds + "\n" + seen);
        }
    }

    private String checked(Outcome outcome, String... arguments) {
        if (outcome.exit() != 0) {
            throw new StepFailedException(who + ": kubectl " + String.join(" ", arguments) + " ended with "
                    + outcome.exit() + "\n" + outcome.all());
        }
        return outcome.out();
    }
}
