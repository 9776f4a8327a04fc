package io.margay.bgp.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PlacesTest {
  @Test
  void theLowestOneComesFirstAndTheEndIsBehindTheLastThatIsUsed() {
    for (int seed = 0; seed < 20; seed++) {
      var random = new Random(seed);
      int first = seed % 2;
      var places = new Places(first);
      var used = new TreeSet<Integer>();
      for (int step = 0; step < 4000; step++) {
        // Growing and shrinking by turns.
        if (used.isEmpty() || random.nextInt(10) < (step / 500 % 2 == 0 ? 8 : 3)) {
          int lowest = first;
          while (used.contains(lowest)) {
            lowest++;
          }
          assertThat(places.take()).as("seed %d step %d", seed, step).isEqualTo(lowest);
          used.add(lowest);
        } else {
          int place = used.floor(used.first() + random.nextInt(used.last() - used.first() + 1));
          int end = places.end();
          used.remove(place);
          assertThat(places.give(place)).isEqualTo(place == end - 1);
        }
        assertThat(places.end()).isEqualTo(used.isEmpty() ? first : used.last() + 1);
      }
    }
  }
}
