package io.margay.kernel.netfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.process.ProgramException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IpsetTest {
  @Test
  void aGroupThatFailsStopsNoOther() {
    try (var netns = TestNetns.create()) {
      var ipset = new Ipset(List.of("nsenter", "--net=" + netns.path()));
      List<Optional<String>> results =
          ipset.restore(
              List.of(
                  List.of("create a hash:net", "add a 10.0.0.1"),
                  List.of(
                      "create b hash:net", "add b 10.0.0.1", "add b nonsense", "add b 10.0.0.2"),
                  List.of("create d hash:net", "add d 10.0.0.1", "add d 10.0.0.2"),
                  List.of("add none nonsense"),
                  List.of(),
                  List.of(
                      "create c hash:net", "add c 10.0.0.1", "add c 10.0.0.1", "del c 1.1.1.1")));
      assertThat(results.stream().map(Optional::isEmpty))
          .containsExactly(true, false, true, false, true, true);
      assertThat(results.get(1).orElseThrow()).contains("nonsense");
      assertThat(ipset.save())
          .contains("add a 10.0.0.1", "create b", "add c 10.0.0.1", "add d 10.0.0.2")
          .doesNotContain("add b 10.0.0.2", "none");
    }
  }

  @Test
  void aProgramThatIsNotThereIsAnException() {
    var ipset = new Ipset(List.of("/none"));
    assertThatThrownBy(ipset::save).isInstanceOf(ProgramException.class);
  }
}
