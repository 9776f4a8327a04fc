package io.margay.bgp.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.bgp.attr.Octets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockTableTest {
  private static final class Held {
    final int id;
    int count;

    Held(int id) {
      this.id = id;
    }
  }

  @Test
  void countsEachContentOnce() {
    for (int seed = 0; seed < 12; seed++) {
      var random = new Random(seed);
      // Long runs make dead bytes fast: they are moved together now and then.
      int unit = seed % 3 == 0 ? 4000 : 7;
      var table = new BlockTable();
      Map<Octets, Held> oracle = new HashMap<>();
      for (int step = 0; step < 8000; step++) {
        byte[] bytes = bytes(random.nextInt(300), unit);
        Octets key = Octets.of(bytes);
        Held held = oracle.get(key);
        if (random.nextInt(100) < (step / 2000 % 2 == 0 ? 65 : 35)) {
          int id = table.intern(bytes, 2, bytes.length - 2, bytes[2] * 31);
          held = oracle.computeIfAbsent(key, _ -> new Held(id));
          assertThat(id).isEqualTo(held.id);
          held.count++;
        } else if (held != null) {
          held.count--;
          assertThat(table.release(held.id)).isEqualTo(held.count == 0);
          if (held.count == 0) {
            oracle.remove(key);
          }
        }
        assertThat(table.size()).isEqualTo(oracle.size());
      }
      oracle.forEach((content, held) -> {
        int from = table.from(held.id);
        byte[] found = Arrays.copyOfRange(table.page(held.id), from, from + table.length(held.id));
        assertThat(found).isEqualTo(Arrays.copyOfRange(content.toBytes(), 2, content.length()));
      });
    }
  }

  @Test
  void whatWasReleasedIsNobodys() {
    var table = new BlockTable();
    int id = table.intern(new byte[] {1}, 0, 1, 5);
    assertThat(table.release(id)).isTrue();
    assertThatThrownBy(() -> table.release(id)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> table.retain(id)).isInstanceOf(IllegalStateException.class);
  }

  private static byte[] bytes(int number, int unit) {
    byte[] bytes = new byte[4 + number % 17 * unit];
    Arrays.fill(bytes, (byte) number);
    bytes[3] = (byte) (number >> 8);
    return bytes;
  }
}
