package io.margay.lab.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.margay.foundation.addr.Ip;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MatrixTextTest {
  private static final PodEndpoint WEB = pod("web", 80, 81);
  private static final PodEndpoint JOB = pod("job");

  private static PodEndpoint pod(String name, int... ports) {
    List<PodEndpoint.Door> doors =
        Arrays.stream(ports).mapToObj(port -> new PodEndpoint.Door("tcp", port)).toList();
    return new PodEndpoint(
        "shop",
        name,
        name,
        "node1",
        Ip.of("10.0.0.1"),
        doors,
        JsonNodeFactory.instance.objectNode());
  }

  @Test
  void aCellSaysWhetherAllSomeOrNoPortsAnswer() {
    Map<Flow, Outcome> measured = new LinkedHashMap<>();
    var eighty = new PodEndpoint.Door("tcp", 80);
    var eightyOne = new PodEndpoint.Door("tcp", 81);
    measured.put(new Flow(WEB, WEB, eighty), new Outcome.Reached("10.0.0.1"));
    measured.put(new Flow(WEB, WEB, eightyOne), new Outcome.Silent());
    measured.put(new Flow(JOB, WEB, eighty), new Outcome.Reached("10.0.0.2"));
    measured.put(new Flow(JOB, WEB, eightyOne), new Outcome.Reached("10.0.0.2"));
    assertThat(new MatrixText(List.of(WEB, JOB)).lines(measured))
        .containsExactly(
            "                      ",
            "                    12",
            "  1 node1  shop/web o",
            "  2 node1  shop/job +");
  }

  @Test
  void whatWasExpectedStandsBeside() {
    var eighty = new PodEndpoint.Door("tcp", 80);
    var flow = new Flow(WEB, WEB, eighty);
    assertThat(
            new MatrixText(List.of(WEB))
                .lines(Map.of(flow, new Outcome.Silent()), Map.of(flow, true)))
        .last()
        .isEqualTo("  1 node1  shop/web .   +");
  }

  @Test
  void anOutcomeIsReadFromItsWords() {
    assertThat(Outcome.parse(List.of("ok", "10.1.1.1"))).contains(new Outcome.Reached("10.1.1.1"));
    assertThat(Outcome.parse(List.of("refused"))).contains(new Outcome.Refused());
    assertThat(Outcome.parse(List.of("unreachable"))).contains(new Outcome.Unreachable());
    assertThat(Outcome.parse(List.of("silent"))).contains(new Outcome.Silent());
    assertThat(Outcome.parse(List.of("what"))).isEqualTo(Optional.empty());
    assertThat(Outcome.parse(List.of())).isEqualTo(Optional.empty());
  }
}
