package io.margay.policy.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.policy.selector.Selector;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorIndexTest {
  private static final String[] SELECTORS = {
    "ns == 'a'", "ns == 'b' && x == '1'", "x == '1'", "all()", "!has(x)", "ns in {'a'}", "has(ns)"
  };

  private record Pair(int selector, int item) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void tellsOfEachPairThatBeginsOrEndsToMatch(long seed) {
    var random = new Random(seed);
    Set<Pair> heard = new HashSet<>();
    var index =
        new SelectorIndex<>(
            "ns",
            new SelectorIndex.Listener<Integer, Integer>() {
              @Override
              public void matchStarted(Integer selector, Integer item) {
                assertThat(heard.add(new Pair(selector, item))).isTrue();
              }

              @Override
              public void matchStopped(Integer selector, Integer item) {
                assertThat(heard.remove(new Pair(selector, item))).isTrue();
              }
            });
    Map<Integer, Selector> selectors = new HashMap<>();
    Map<Integer, Map<String, String>> items = new HashMap<>();
    for (int step = 0; step < 3000; step++) {
      int id = random.nextInt(8);
      switch (random.nextInt(6)) {
        case 0 -> {
          index.removeSelector(id);
          selectors.remove(id);
        }
        case 1 -> {
          index.removeItem(id);
          items.remove(id);
        }
        case 2, 3 -> {
          Selector selector = Selector.of(SELECTORS[random.nextInt(SELECTORS.length)]);
          index.putSelector(id, selector);
          selectors.put(id, selector);
        }
        default -> {
          Map<String, String> labels = new HashMap<>();
          if (random.nextInt(4) > 0) {
            labels.put("ns", random.nextBoolean() ? "a" : "b");
          }
          if (random.nextBoolean()) {
            labels.put("x", random.nextBoolean() ? "1" : "2");
          }
          index.putItem(id, labels);
          items.put(id, labels);
        }
      }
      Set<Pair> expected = new HashSet<>();
      selectors.forEach((s, selector) ->
          items.forEach((i, labels) -> {
            if (selector.matches(labels)) {
              expected.add(new Pair(s, i));
            }
          }));
      assertThat(heard).as("seed %d, step %d", seed, step).isEqualTo(expected);
      Set<Pair> asked = new HashSet<>();
      for (int item = 0; item < 8; item++) {
        for (int selector : index.selectors(item)) {
          asked.add(new Pair(selector, item));
        }
      }
      assertThat(asked).as("seed %d, step %d", seed, step).isEqualTo(expected);
    }
  }
}
