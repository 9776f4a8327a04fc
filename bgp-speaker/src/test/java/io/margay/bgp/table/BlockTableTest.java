package io.margay.bgp.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.bgp.attr.Octets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class BlockTableTest {
  private static final int RUN = 16;

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

  // CRC-32C is linear: who wants equal ones solves a few equations. Each look for one of them would
  // walk over all others.
  @Test
  void runsThatWereMadeForEqualHashesAreHashedAnew() {
    var table = new BlockTable();
    var random = new Random(5);
    table.keys(random::nextLong);
    List<byte[]> alike = sameCrc(12);
    int crc = crc(alike.getFirst());
    var ids = new ArrayList<Integer>();
    for (byte[] run : alike) {
      assertThat(crc(run)).isEqualTo(crc);
      ids.add(table.intern(run, 0, run.length, crc));
    }
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(table.mistrusts()).isTrue();
    for (int i = 0; i < alike.size(); i++) {
      assertThat(table.intern(alike.get(i), 0, RUN, crc)).isEqualTo(ids.get(i));
      assertThat(table.release(ids.get(i))).isFalse();
      assertThat(table.release(ids.get(i))).isTrue();
    }
    assertThat(table.size()).isZero();
  }

  /** Two to the power of so many runs: sums of some that change nothing in the checksum. */
  private static List<byte[]> sameCrc(int power) {
    int zero = crc(new byte[RUN]);
    var pivots = new byte[Integer.SIZE][];
    var free = new ArrayList<byte[]>();
    for (int bit = 0; bit < RUN * Byte.SIZE && free.size() < power; bit++) {
      var run = new byte[RUN];
      run[bit / Byte.SIZE] = (byte) (1 << (bit % Byte.SIZE));
      int left = crc(run) ^ zero;
      while (left != 0 && pivots[Integer.numberOfLeadingZeros(left)] != null) {
        add(run, pivots[Integer.numberOfLeadingZeros(left)]);
        left = crc(run) ^ zero;
      }
      if (left == 0) {
        free.add(run);
      } else {
        pivots[Integer.numberOfLeadingZeros(left)] = run;
      }
    }
    var out = new ArrayList<byte[]>();
    for (int choice = 0; choice < (1 << power); choice++) {
      var run = new byte[RUN];
      for (int i = 0; i < power; i++) {
        if (((choice >>> i) & 1) != 0) {
          add(run, free.get(i));
        }
      }
      out.add(run);
    }
    return out;
  }

  private static void add(byte[] run, byte[] other) {
    for (int i = 0; i < RUN; i++) {
      run[i] ^= other[i];
    }
  }

  private static int crc(byte[] run) {
    var crc = new CRC32C();
    crc.update(run);
    return (int) crc.getValue();
  }
}
