package io.margay.lab.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulerTest {
  private static final List<JsonNode> NODES =
      List.of(
          json("{'metadata':{'name':'n1','labels':{'rack':'a'}}}"),
          json("{'metadata':{'name':'n2','labels':{'rack':'b'}}}"),
          json("{'metadata':{'name':'n3','labels':{'rack':'b'}},'spec':{'unschedulable':true}}"));

  record Case(String name, String spec, Map<String, Integer> load, Placement expected) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case("the first of equals", "{}", Map.of(), new Placement.On("n1")),
        new Case("the emptier one", "{}", Map.of("n1", 2, "n2", 1), new Placement.On("n2")),
        new Case(
            "a cordoned node is passed by", "{}", Map.of("n1", 1, "n2", 1), new Placement.On("n1")),
        new Case(
            "nodeSelector",
            "{'nodeSelector':{'rack':'b'}}",
            Map.of("n2", 9),
            new Placement.On("n2")),
        new Case(
            "nodeName goes past the scheduler",
            "{'nodeName':'n3'}",
            Map.of(),
            new Placement.On("n3")),
        new Case(
            "nodeName of nobody",
            "{'nodeName':'n9'}",
            Map.of(),
            new Placement.Nowhere("spec.nodeName is \"n9\"; there is no such node")),
        new Case(
            "nobody fits",
            "{'nodeSelector':{'rack':'c'}}",
            Map.of(),
            new Placement.Nowhere(
                "no node takes it: n1 has not rack=c, n2 has not rack=c, n3 is cordoned")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void chooses(Case c) {
    assertThat(Scheduler.choose(json("{'spec':" + c.spec() + "}"), NODES, c.load()))
        .as(c.name())
        .isEqualTo(c.expected());
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
