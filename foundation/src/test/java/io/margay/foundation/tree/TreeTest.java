package io.margay.foundation.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TreeTest {
  /** A value that does not fit, the reader that meets it, and what is noted. */
  record Bad(String name, Object value, Consumer<Tree> reader, String noted) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Bad> bad() {
    var kinds = Map.of("Always", 1);
    return List.of(
        new Bad("text", 5, Tree::text, "x: a is 5; expected a text"),
        new Bad(
            "empty text",
            "",
            Tree::requiredText,
            "x: a is \"\"; expected a text that is not empty"),
        new Bad("a list for a text", List.of(1), Tree::text, "x: a is a list; expected a text"),
        new Bad(
            "too large",
            33,
            t -> t.integer(20, 32),
            "x: a is 33; expected a whole number, 20 to 32"),
        new Bad(
            "broken number",
            1.5,
            t -> t.integer(0, 9, 0),
            "x: a is 1.5; expected a whole number, 0 to 9"),
        new Bad(
            "number as text",
            "26",
            t -> t.integer(20, 32),
            "x: a is \"26\"; expected a whole number, 20 to 32"),
        new Bad(
            "flag as text", "true", t -> t.flag(false), "x: a is \"true\"; expected true or false"),
        new Bad(
            "choice", "always", t -> t.choice(kinds), "x: a is \"always\"; expected one of Always"),
        new Bad("address", "10.0.0", Tree::ip, "x: a is \"10.0.0\"; expected an IP address"),
        new Bad(
            "cidr",
            "10.0.0.0",
            Tree::prefix,
            "x: a is \"10.0.0.0\"; expected a CIDR such as 10.0.0.0/16"),
        new Bad(
            "interface address",
            "10.0.0.1",
            Tree::interfaceAddress,
            "x: a is \"10.0.0.1\"; expected an address with a prefix length such as 10.1.2.3/24"),
        new Bad("list", Map.of(), Tree::items, "x: a is an object; expected a list"),
        new Bad("object", true, Tree::entries, "x: a is true; expected an object"),
        new Bad("member", "text", t -> t.at("b", "c"), "x: a is \"text\"; expected an object"),
        new Bad(
            "unknown field",
            Map.of("b", 1, "d", 2),
            t -> t.only("b", "c"),
            "x: a.d is 2; expected no such field here; known are b, c"),
        new Bad(
            "long text",
            "z".repeat(100),
            Tree::ip,
            "x: a is \"" + "z".repeat(80) + "...\"; expected an IP address"));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void whatDoesNotFitIsNotedWithItsPath(Bad bad) {
    var problems = new Problems();
    bad.reader().accept(Tree.of("x", Map.of("a", bad.value()), problems).at("a"));
    assertThat(problems.all()).map(Problem::toString).containsExactly(bad.noted());
  }

  @Test
  void whatFitsIsReadAndNothingNoted() {
    var problems = new Problems();
    Tree tree =
        Tree.of(
            "x",
            Map.of(
                "text", "t",
                "numbers",
                    List.of(1, 2L, (short) 3, BigInteger.valueOf(4), 5.0, new BigDecimal("6.0")),
                "flag", true,
                "mode", "Always",
                "ip", "fd00::1",
                "cidr", "10.1.0.1/16",
                "address", "10.1.0.1/16",
                "labels", Map.of("a", "b")),
            problems);
    assertThat(tree.at("text").text()).hasValue("t");
    assertThat(tree.at("text").requiredText()).isEqualTo("t");
    assertThat(tree.at("numbers").items().stream().map(t -> t.integer(0, 9, -1)))
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(tree.at("flag").flag(false)).isTrue();
    assertThat(tree.at("mode").choice(Map.of("Always", 1))).hasValue(1);
    assertThat(tree.at("ip").ip()).hasValue(Ip.of("fd00::1"));
    assertThat(tree.at("cidr").prefix()).hasValue(Prefix.of("10.1.0.0/16"));
    assertThat(tree.at("address").interfaceAddress()).hasValue(InterfaceAddress.of("10.1.0.1/16"));
    assertThat(tree.at("labels").texts()).isEqualTo(Map.of("a", "b"));
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void whatIsMissingReadsAsEmptyAndIsNotedOnlyWhereItMustStand() {
    var problems = new Problems();
    var nulls = new HashMap<String, Object>();
    nulls.put("a", null);
    for (Tree tree :
        List.of(
            Tree.of("x", Map.of(), problems).at("a"),
            Tree.of("x", nulls, problems).at("a"),
            Tree.of("x", null, problems).at("a"))) {
      assertThat(tree.isPresent()).isFalse();
      assertThat(tree.raw()).isEmpty();
      assertThat(tree.at("b", "c").text()).isEmpty();
      assertThat(tree.text("fallback")).isEqualTo("fallback");
      assertThat(tree.integer(0, 9, 7)).isEqualTo(7);
      assertThat(tree.integer(0, 9)).isEmpty();
      assertThat(tree.flag(true)).isTrue();
      assertThat(tree.choice(Map.of("a", 1))).isEmpty();
      assertThat(tree.ip()).isEmpty();
      assertThat(tree.items()).isEmpty();
      assertThat(tree.entries()).isEmpty();
      tree.only("a");
      assertThat(problems.isEmpty()).isTrue();
    }
    assertThat(Tree.of("x", Map.of(), problems).at("a", "b").requiredText()).isEmpty();
    assertThat(problems.all())
        .containsExactly(new Problem("x", "a.b", "missing", "a text that is not empty"));
  }

  @Test
  void pathsNameMembersAndElements() {
    var problems = new Problems();
    Tree tree =
        Tree.of(
            "NetworkPolicy \"web\"",
            Map.of("spec", Map.of("ports", List.of(Map.of("port", 80), Map.of("port", 0)))),
            problems);
    tree.at("spec", "ports").items().forEach(port -> port.at("port").integer(1, 65535));
    assertThat(problems.all())
        .map(Problem::toString)
        .containsExactly(
            "NetworkPolicy \"web\": spec.ports[1].port is 0;"
                + " expected a whole number, 1 to 65535");
  }

  @Test
  void allThatIsWrongIsToldInOnePass() {
    var problems = new Problems();
    Tree tree = Tree.of("x", Map.of("a", 1, "b", List.of(), "c", "no"), problems);
    assertThat(tree.at("a").text()).isEmpty();
    assertThat(tree.at("b").flag(true)).isTrue();
    assertThat(tree.at("c").prefix()).isEmpty();
    assertThat(problems.all()).extracting(Problem::path).containsExactly("a", "b", "c");
  }

  @Test
  void theDocumentItselfHasANameInErrors() {
    var problems = new Problems();
    assertThat(Tree.of("file.yaml", Arrays.asList(1, null), problems).entries()).isEmpty();
    assertThat(problems.all())
        .map(Problem::toString)
        .containsExactly("file.yaml: the document is a list; expected an object");
  }

  @Test
  void parsersOfOthersAreUsedTheSameWay() {
    var problems = new Problems();
    Tree tree = Tree.of("x", Map.of("a", "7", "b", "seven"), problems);
    assertThat(tree.at("a").parsed(TreeTest::number, "a number")).hasValue(7);
    assertThat(tree.at("b").parsed(TreeTest::number, "a number")).isEmpty();
    assertThat(problems.all()).extracting(Problem::expected).containsExactly("a number");
  }

  private static Optional<Integer> number(String text) {
    return text.chars().allMatch(Character::isDigit)
        ? Optional.of(Integer.valueOf(text))
        : Optional.empty();
  }
}
