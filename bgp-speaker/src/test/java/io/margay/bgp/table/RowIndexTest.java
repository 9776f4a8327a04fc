package io.margay.bgp.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowIndexTest {
  private static final int ROWS = 3000;

  // How many hashes there are: all alike, a few, as good as one each.
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1 << 30})
  void findsWhatIsThereAndNothingElse(int hashes) {
    var chance = new Random(hashes);
    var hashOf = chance.ints(ROWS, 0, hashes).map(i -> i * 0x9e3779b9).toArray();
    var index = new RowIndex(row -> hashOf[row]);
    var there = new HashSet<Integer>();
    // It fills, churns and empties, so that shards grow, are cleaned and shrink.
    for (int limit : new int[] {ROWS, ROWS / 2, 20, ROWS, 0}) {
      for (int step = 0; step < 2 * ROWS; step++) {
        int row = chance.nextInt(ROWS);
        boolean wanted = chance.nextInt(ROWS) < limit;
        if (wanted && there.add(row)) {
          index.add(hashOf[row], row);
        } else if (!wanted && there.remove(row)) {
          index.remove(hashOf[row], row);
        }
      }
      for (int row = 0; row < ROWS; row++) {
        assertThat(found(index, hashOf[row], row)).isEqualTo(there.contains(row));
      }
    }
  }

  @Test
  void givesRoomBack() {
    var index = new RowIndex(row -> row * 0x9e3779b9);
    for (int row = 0; row < 100_000; row++) {
      index.add(row * 0x9e3779b9, row);
    }
    int full = index.shard(0).length;
    for (int row = 0; row < 100_000; row++) {
      index.remove(row * 0x9e3779b9, row);
    }
    assertThat(index.shard(0).length).isLessThan(full / 16);
  }

  @Test
  void saysWhenItIsFull() {
    var index = new RowIndex(row -> row);
    assertThatThrownBy(() -> index.add(1, RowIndex.MOST_ROWS)).hasMessageContaining("67108863");
  }

  private static boolean found(RowIndex index, int hash, int row) {
    int[] shard = index.shard(hash);
    Set<Integer> rows = new HashSet<>();
    for (int slot = hash & (shard.length - 1);
        shard[slot] != 0;
        slot = (slot + 1) & (shard.length - 1)) {
      if (RowIndex.mayBe(shard[slot], hash)) {
        assertThat(rows.add(RowIndex.row(shard[slot]))).isTrue();
      }
    }
    return rows.contains(row);
  }
}
