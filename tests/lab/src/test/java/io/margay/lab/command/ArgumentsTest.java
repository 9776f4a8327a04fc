package io.margay.lab.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @Test
  void anOptionMayStandBeforeOrBehindTheVerb() {
    for (String line : List.of("--name x up", "up --name x")) {
      var arguments = Arguments.of(List.of(line.split(" ", -1)));
      assertThat(arguments.verb()).isEqualTo("up");
      assertThat(arguments.option("--name")).contains("x");
      arguments.done();
    }
  }

  @Test
  void whatIsExecutedBelongsToSomebodyElse() {
    var arguments = Arguments.of(List.of("exec", "node1", "--", "tool", "--name", "y", "-f"));
    assertThat(arguments.option("--name")).isEmpty();
    assertThat(arguments.rest()).containsExactly("node1", "tool", "--name", "y", "-f");
    arguments.done();
  }

  @Test
  void anOptionMayBeRepeated() {
    var arguments = Arguments.of(List.of("apply", "-f", "a", "-f", "b"));
    assertThat(arguments.options("-f")).containsExactly("a", "b");
  }

  @Test
  void oneWordMayStandBehindAVerb() {
    assertThat(Arguments.of(List.of("api", "kill")).word()).isEqualTo("kill");
    assertThatThrownBy(Arguments.of(List.of("api"))::word)
        .hasMessage("api needs one word behind it");
  }

  @Test
  void whatIsNotKnownIsSaid() {
    var arguments = Arguments.of(List.of("up", "--fast"));
    assertThatThrownBy(arguments::done).hasMessage("up does not know --fast");
    var bare = Arguments.of(List.of("apply", "-f"));
    assertThatThrownBy(() -> bare.options("-f")).hasMessage("-f needs a value");
  }
}
