package io.margay.bgp.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RowSetTest {
  @Test
  void isASortedSet() {
    for (int seed = 0; seed < 20; seed++) {
      var random = new Random(seed);
      int most = seed % 2 == 0 ? 200 : 200_000;
      var set = new RowSet();
      var oracle = new TreeSet<Integer>();
      for (int step = 0; step < 5000; step++) {
        int row = random.nextInt(most);
        if (random.nextInt(50) == 0) {
          long bits = random.nextLong(1L << 40) << random.nextInt(24);
          long fresh = 0;
          for (long left = bits; left != 0; left &= left - 1) {
            int bit = Long.numberOfTrailingZeros(left);
            fresh |= oracle.add((row & -Long.SIZE) + bit) ? 1L << bit : 0;
          }
          assertThat(set.addAll(row & -Long.SIZE, bits)).isEqualTo(fresh);
        } else if (random.nextBoolean()) {
          assertThat(set.add(row)).isEqualTo(oracle.add(row));
        } else {
          assertThat(set.remove(row)).isEqualTo(oracle.remove(row));
        }
        assertThat(set.size()).isEqualTo(oracle.size());
        int from = random.nextInt(most);
        Integer next = oracle.ceiling(from);
        assertThat(set.next(from)).isEqualTo(next == null ? PrefixTable.NONE : next);
        assertThat(set.contains(from)).isEqualTo(oracle.contains(from));
      }
      set.clear();
      assertThat(set.isEmpty()).isTrue();
      assertThat(set.next(0)).isEqualTo(PrefixTable.NONE);
    }
  }
}
