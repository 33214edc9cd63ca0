// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.pods.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldTextTest {
    @Test
    void writesOneLinePerKeySortedByKey() {
        assertThat(FieldText.of(Map.of("b", "2", "a", "1", "a/b", "3"))).isEqualTo("a=\"1\"\na/b=\"3\"\nb=\"2\"");
    }

    @Test
    void writesNothingForNothing() {
        assertThat(FieldText.of(null)).isEmpty();
        assertThat(FieldText.of(Map.of())).isEmpty();
    }

    /** Left: Java source notation; right: what Go's strconv.Quote prints for it. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "plain, \"plain\"",
                "say \"hi\", \"say \\\"hi\\\"\"",
                "back\\\\slash, \"back\\\\slash\"",
                "tab\\u0009, \"tab\\t\"",
                "lines\\u000a, \"lines\\n\"",
                "bell\\u0007, \"bell\\a\"",
                "vertical\\u000b, \"vertical\\v\"",
                "escape\\u001b, \"escape\\x1b\"",
                "delete\\u007f, \"delete\\x7f\"",
                "caf\\u00e9, \"café\"",
                "nbsp\\u00a0, \"nbsp\\u00a0\"",
                "soft\\u00adhyphen, \"soft\\u00adhyphen\"",
                "separator\\u2028, \"separator\\u2028\"",
                "bom\\ufeff, \"bom\\ufeff\"",
                "private\\udb80\\udc00, \"private\\U000f0000\"",
                "face\\ud83d\\ude00, \"face😀\""
            })
    void quotesAsGoDoes(String notation, String quoted) {
        String value = unescaped(notation);

        assertThat(FieldText.of(Map.of("k", value))).isEqualTo("k=" + quoted);
    }

    private static String unescaped(String notation) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < notation.length(); i++) {
            if (notation.startsWith("\\u", i)) {
                out.append((char) Integer.parseInt(notation.substring(i + 2, i + 6), 16));
                i += 5;
            } else if (notation.startsWith("\\\\", i)) {
                out.append('\\');
                i++;
            } else {
                out.append(notation.charAt(i));
            }
        }
        return out.toString();
    }
}
