// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.controlplane;

import io.fabric8.kubernetes.api.model.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command line of a container as flags. Edits the container given; flags may stand in {@code command} or
 * {@code args}, as {@code --flag=value} or as two words.
 */
final class Arguments {
    private final Container container;

    Arguments(Container container) {
        this.container = container;
    }

    /** The flag's value; the last one counts, as the programs have it. A flag without value reads as "true". */
    Optional<String> get(String flag) {
        return last(container.getArgs(), flag).or(() -> last(container.getCommand(), flag));
    }

    /** Removes every occurrence and appends the flag, because flags that are lists would else add up. */
    void set(String flag, String value) {
        if (get(flag).filter(value::equals).isPresent() && occurrences(flag) == 1) {
            return;
        }
        var args = without(container.getArgs(), flag);
        container.setCommand(without(container.getCommand(), flag));
        args.add(flag + "=" + value);
        container.setArgs(args);
    }

    /** Sets the flag unless the template does. */
    void setDefault(String flag, String value) {
        if (get(flag).isEmpty()) {
            set(flag, value);
        }
    }

    private long occurrences(String flag) {
        return count(container.getArgs(), flag) + count(container.getCommand(), flag);
    }

    private static long count(List<String> words, String flag) {
        return words.stream().filter(word -> isFlag(word, flag)).count();
    }

    private static Optional<String> last(List<String> words, String flag) {
        for (int i = words.size() - 1; i >= 0; i--) {
            String word = words.get(i).strip();
            if (word.startsWith(flag + "=")) {
                return Optional.of(word.substring(flag.length() + 1));
            }
            if (word.equals(flag)) {
                return Optional.of(takesNextWord(words, i) ? words.get(i + 1).strip() : "true");
            }
        }
        return Optional.empty();
    }

    private static List<String> without(List<String> words, String flag) {
        var kept = new ArrayList<String>();
        for (int i = 0; i < words.size(); i++) {
            if (!isFlag(words.get(i), flag)) {
                kept.add(words.get(i));
            } else if (words.get(i).strip().equals(flag) && takesNextWord(words, i)) {
                i++;
            }
        }
        return kept;
    }

    private static boolean isFlag(String word, String flag) {
        String bare = word.strip();
        return bare.equals(flag) || bare.startsWith(flag + "=");
    }

    private static boolean takesNextWord(List<String> words, int index) {
        return index + 1 < words.size() && !words.get(index + 1).strip().startsWith("-");
    }
}
