package io.margay.lab.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectPatchTest {
  record Case(String name, String target, String patch, String merged, String strategic) {}

  static Stream<Case> cases() {
    String ready = "{'type':'Ready','status':'True'}";
    String network = "{'type':'NetworkUnavailable','status':'False'}";
    return Stream.of(
        new Case("adds and replaces", "{'a':1}", "{'b':2,'a':3}", "{'a':3,'b':2}", null),
        new Case("null removes", "{'a':{'x':1,'y':2}}", "{'a':{'x':null}}", "{'a':{'y':2}}", null),
        new Case("an object replaces a text", "{'a':'t'}", "{'a':{'b':1}}", "{'a':{'b':1}}", null),
        new Case("unkeyed lists are replaced", "{'l':[1,2]}", "{'l':[3]}", "{'l':[3]}", null),
        new Case(
            "conditions are found by type",
            "{'conditions':[" + ready + "]}",
            "{'conditions':[" + network + "]}",
            "{'conditions':[" + network + "]}",
            "{'conditions':[" + ready + "," + network + "]}"),
        new Case(
            "an element is merged, not replaced",
            "{'conditions':[{'type':'Ready','status':'True','reason':'Up'}]}",
            "{'conditions':[{'type':'Ready','status':'False'}]}",
            "{'conditions':[{'type':'Ready','status':'False'}]}",
            "{'conditions':[{'type':'Ready','status':'False','reason':'Up'}]}"),
        new Case(
            "an element is deleted by directive",
            "{'conditions':[" + ready + "," + network + "]}",
            "{'conditions':[{'type':'Ready','$patch':'delete'}]}",
            "{'conditions':[{'type':'Ready','$patch':'delete'}]}",
            "{'conditions':[" + network + "]}"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void patches(Case c) throws Exception {
    JsonNode target = json(c.target());
    JsonNode before = target.deepCopy();
    JsonNode patch = json(c.patch());
    JsonNode merged = json(c.merged());
    // A patch directive is a plain field to RFC 7386 inside of a list.
    assertThat(ObjectPatch.merge(target, patch)).as(c.name()).isEqualTo(merged);
    assertThat(ObjectPatch.strategic(target, patch))
        .as(c.name())
        .isEqualTo(c.strategic() == null ? merged : json(c.strategic()));
    assertThat(target).as("left as it was").isEqualTo(before);
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }
}
