package io.margay.foundation.trie;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTableTest {
  @Test
  void theMostSpecificPrefixMatches() {
    var table = new PrefixTable<String>();
    table.put(Prefix.of("0.0.0.0/0"), "default");
    table.put(Prefix.of("10.0.0.0/8"), "ten");
    table.put(Prefix.of("10.1.0.0/16"), "ten-one");
    table.put(Prefix.of("10.1.2.3/32"), "host");
    table.put(Prefix.of("::/0"), "default6");
    assertThat(value(table, "10.1.2.3")).hasValue("host");
    assertThat(value(table, "10.1.2.4")).hasValue("ten-one");
    assertThat(value(table, "10.2.0.0")).hasValue("ten");
    assertThat(value(table, "11.0.0.0")).hasValue("default");
    assertThat(value(table, "fd00::1")).hasValue("default6");
    assertThat(table.longestMatch(Ip.of("10.1.2.3"), 31).orElseThrow().prefix())
        .isEqualTo(Prefix.of("10.1.0.0/16"));
    assertThat(table.longestMatch(Ip.of("10.1.2.3"), 0).orElseThrow().value()).isEqualTo("default");
  }

  @Test
  void putAndRemoveGiveBackWhatWasThere() {
    var table = new PrefixTable<String>();
    Prefix prefix = Prefix.of("10.0.0.0/8");
    assertThat(table.put(prefix, "a")).isEmpty();
    assertThat(table.put(prefix, "b")).hasValue("a");
    assertThat(table.size()).isEqualTo(1);
    assertThat(table.get(prefix)).hasValue("b");
    assertThat(table.get(Prefix.of("10.0.0.0/9"))).isEmpty();
    assertThat(table.remove(prefix)).hasValue("b");
    assertThat(table.remove(prefix)).isEmpty();
    assertThat(table.size()).isZero();
    assertThat(value(table, "10.0.0.1")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aTableAnswersAsALinearScanDoes(long seed) {
    var random = new Random(seed);
    var table = new PrefixTable<Integer>();
    var plain = new HashMap<Prefix, Integer>();
    for (int i = 0; i < 3_000; i++) {
      Prefix prefix = prefix(random);
      if (random.nextInt(3) == 0) {
        assertThat(table.remove(prefix)).isEqualTo(Optional.ofNullable(plain.remove(prefix)));
      } else {
        assertThat(table.put(prefix, i)).isEqualTo(Optional.ofNullable(plain.put(prefix, i)));
      }
      Ip ip = ip(random);
      int most = random.nextInt(ip.family().bits() + 1);
      assertThat(table.longestMatch(ip))
          .as("seed %d, %s", seed, ip)
          .isEqualTo(scan(plain, ip, 128));
      assertThat(table.longestMatch(ip, most))
          .as("seed %d, %s up to %d", seed, ip, most)
          .isEqualTo(scan(plain, ip, most));
    }
    var all = new HashMap<Prefix, Integer>();
    table.forEach(all::put);
    assertThat(all).isEqualTo(plain);
    assertThat(table.size()).isEqualTo(plain.size());
  }

  private static Optional<PrefixTable.Match<Integer>> scan(
      Map<Prefix, Integer> plain, Ip ip, int most) {
    return plain.entrySet().stream()
        .filter(e -> e.getKey().length() <= most && e.getKey().contains(ip))
        .max(Comparator.comparingInt(e -> e.getKey().length()))
        .map(e -> new PrefixTable.Match<>(e.getKey(), e.getValue()));
  }

  // Few bits differ, so that prefixes meet.
  private static Ip ip(Random random) {
    return random.nextBoolean()
        ? new Ip4(random.nextInt(16) << 28 | random.nextInt(4))
        : new Ip6((long) random.nextInt(16) << 60, random.nextInt(4));
  }

  private static Prefix prefix(Random random) {
    Ip ip = ip(random);
    return Prefix.containing(ip, random.nextInt(ip.family().bits() + 1));
  }

  private static Optional<String> value(PrefixTable<String> table, String ip) {
    return table.longestMatch(Ip.of(ip)).map(PrefixTable.Match::value);
  }
}
