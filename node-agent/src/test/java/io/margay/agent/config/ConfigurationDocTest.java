package io.margay.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/configuration.md} says what {@link Keys} says; {@code -Dmargay.bless=true} rewrites
 * it.
 */
@Tag("golden")
class ConfigurationDocTest {
  private static final String BEGIN = "<!-- keys: made by ConfigurationDocTest -->\n";
  private static final String END = "<!-- end of keys -->\n";

  @Test
  void theTableIsTheCodes() throws IOException {
    Path page = Path.of(System.getProperty("margay.root"), "docs", "configuration.md");
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    if (Boolean.getBoolean("margay.bless")) {
      Files.writeString(page, text.substring(0, begin) + table() + text.substring(end));
      return;
    }
    assertThat(text.substring(begin, end)).isEqualTo(table());
  }

  private static String table() {
    var out = new StringBuilder("| variable | default | accepted | meaning |\n|---|---|---|---|\n");
    for (Key<?> key : Keys.all()) {
      out.append("| `")
          .append(key.name())
          .append("` | ")
          .append(key.fallback().isEmpty() ? "" : "`" + cell(key.fallback()) + "`")
          .append(" | ")
          .append(cell(key.accepted()))
          .append(" | ")
          .append(cell(key.meaning()))
          .append(" |\n");
    }
    return out.toString();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
