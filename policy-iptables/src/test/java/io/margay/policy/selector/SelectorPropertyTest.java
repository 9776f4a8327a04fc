package io.margay.policy.selector;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.policy.selector.Node.Comparison;
import io.margay.policy.selector.Selector.Parsed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorPropertyTest {
  private static final List<String> NAMES = List.of("a", "b/c", "in", "has", "x.y-z_1", "all");
  private static final List<String> VALUES = List.of("", "v", "V", "say \"x\"", "it's", "{,}");
  private static final String ALPHABET = "ab'\"(){}!=&|, \tinhasotlgwr.\n";

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatIsPrintedReadsTheSame(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      var selector = new Selector(node(random, 4));
      Selector again = Selector.of(selector.toString());
      assertThat(again).as("seed %d, case %d", seed, i).isEqualTo(selector);
      Map<String, String> labels = labels(random);
      assertThat(again.matches(labels))
          .as("seed %d, case %d: %s on %s", seed, i, selector, labels)
          .isEqualTo(selector.matches(labels));
      assertThat(new Selector(new Node.Not(new Node.Not(node(new Random(i), 3)))).matches(labels))
          .isEqualTo(new Selector(node(new Random(i), 3)).matches(labels));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void requiredValuesLeaveNoMatchOut(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 3000; i++) {
      var selector = new Selector(node(random, 4));
      Map<String, String> labels = labels(random);
      if (selector.matches(labels)) {
        selector
            .requiredValue("a")
            .ifPresent(value ->
                assertThat(labels.get("a")).as("seed %d: %s", seed, selector).isEqualTo(value));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyTextIsReadOrRefusedAtAPlaceInsideOfIt(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder();
      int length = random.nextInt(30);
      for (int j = 0; j < length; j++) {
        text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
      }
      switch (Selector.parse(text.toString())) {
        case Parsed.Valid(Selector selector) ->
            assertThat(Selector.of(selector.toString())).isEqualTo(selector);
        case Parsed.Invalid(int position, _) ->
            assertThat(position).as("\"%s\"", text).isBetween(0, text.length());
      }
    }
  }

  private static Node node(RandomGenerator random, int depth) {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    String value = VALUES.get(random.nextInt(VALUES.size()));
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0 -> new Node.All();
      case 1 -> new Node.Global();
      case 2 -> new Node.Has(name);
      case 3 -> {
        Comparison[] all = Comparison.values();
        yield new Node.Compare(name, all[random.nextInt(all.length)], value);
      }
      case 4 -> {
        var values = new ArrayList<>(VALUES.subList(0, random.nextInt(VALUES.size() + 1)));
        yield new Node.In(name, random.nextBoolean(), Selector.sorted(values));
      }
      case 5 -> new Node.Not(atom(random, depth));
      case 6 -> new Node.And(several(random, depth));
      default -> new Node.Or(several(random, depth));
    };
  }

  /** The text of a negation of a negation reads as none at all. */
  private static Node atom(RandomGenerator random, int depth) {
    Node node = node(random, depth - 1);
    return node instanceof Node.Not ? new Node.Has("a") : node;
  }

  private static List<Node> several(RandomGenerator random, int depth) {
    var nodes = new ArrayList<Node>();
    for (int i = 0; i < 2 + random.nextInt(2); i++) {
      nodes.add(node(random, depth - 1));
    }
    return nodes;
  }

  private static Map<String, String> labels(RandomGenerator random) {
    var labels = new HashMap<String, String>();
    for (String name : NAMES) {
      if (random.nextBoolean()) {
        labels.put(name, VALUES.get(random.nextInt(VALUES.size())));
      }
    }
    return labels;
  }
}
