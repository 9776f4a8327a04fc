package io.margay.cni.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.cni.Golden;
import io.margay.cni.protocol.CniResult.Address;
import io.margay.cni.protocol.CniResult.Interface;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.tree.Problems;
import io.margay.foundation.tree.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("golden")
class ResultFormatTest {
  /** A result in 1.1.0's format and the version to write it in, to the document of that version. */
  @TestFactory
  Stream<DynamicTest> writesEveryVersion() {
    return Golden.cases(
        "result",
        in -> {
          Tree tree = tree(in);
          SpecVersion version = SpecVersion.parse(tree.at("version").requiredText()).orElseThrow();
          return ResultFormat.write(
              ResultFormat.read(tree.at("result"), SpecVersion.V1_1_0), version);
        });
  }

  @ParameterizedTest
  @EnumSource(SpecVersion.class)
  void whatIsWrittenIsReadAgain(SpecVersion version) {
    var result =
        new CniResult(
            version.atLeast(SpecVersion.V0_3_0) ? List.of(host("cali0"), host("eth0")) : List.of(),
            List.of(
                new Address(
                    version.atLeast(SpecVersion.V0_3_0) ? OptionalInt.of(1) : OptionalInt.empty(),
                    InterfaceAddress.of("10.0.0.7/32"),
                    Optional.empty())),
            List.of(),
            Map.of("nameservers", List.of("10.96.0.10")));
    Tree tree = tree(ResultFormat.write(result, version));
    assertThat(ResultFormat.read(tree, version)).isEqualTo(result);
  }

  @Test
  void resultGoesBehindThatOfThePluginsBefore() {
    var before =
        new CniResult(List.of(host("lo")), List.of(address(0, "127.0.0.1/8")), List.of(), Map.of());
    var ours =
        new CniResult(
            List.of(host("cali0"), host("eth0")),
            List.of(address(1, "10.0.0.7/32")),
            List.of(),
            Map.of());
    assertThat(ours.after(before).interfaces())
        .extracting(Interface::name)
        .containsExactly("lo", "cali0", "eth0");
    assertThat(ours.after(before).ips())
        .containsExactly(address(0, "127.0.0.1/8"), address(2, "10.0.0.7/32"));
  }

  @Test
  void faultsOfAPreviousResultAreNamed() {
    var problems = new Problems();
    String text =
        """
        {"interfaces": [{"mac": "x"}], "ips": [{"interface": 3, "address": "10.0.0.0"}],
         "routes": [{"dst": "east"}]}
        """;
    var document = (Json.Parsed.Document) Json.parse(text);
    ResultFormat.read(Tree.of("prevResult", document.value(), problems), SpecVersion.V1_0_0);
    assertThat(problems.all())
        .extracting(problem -> problem.path())
        .containsExactlyInAnyOrder(
            "interfaces[0].mac",
            "interfaces[0].name",
            "ips[0].interface",
            "ips[0].address",
            "routes[0].dst");
  }

  private static Tree tree(String json) {
    var document = (Json.Parsed.Document) Json.parse(json);
    return Tree.of("document", document.value(), new Problems());
  }

  private static Interface host(String name) {
    return new Interface(name, Optional.empty(), OptionalInt.empty(), Optional.empty());
  }

  private static Address address(int index, String text) {
    return new Address(OptionalInt.of(index), InterfaceAddress.of(text), Optional.empty());
  }
}
