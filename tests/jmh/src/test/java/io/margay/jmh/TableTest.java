package io.margay.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.margay.foundation.addr.Family;
import java.util.HashSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  private record Prefix(long high, int length) {}

  @ParameterizedTest
  @CsvSource({"IPV4,100000,24,0.63", "IPV6,25000,48,0.45"})
  void prefixesDifferAndHaveTheLengthsOfTheDefaultFreeZone(
      Family family, int count, int length, double share) {
    var table = new Table(family, count);
    var different = new HashSet<Prefix>();
    int ofLength = 0;
    for (int i = 0; i < count; i++) {
      different.add(new Prefix(table.high(i), table.length(i)));
      ofLength += table.length(i) == length ? 1 : 0;
      assertThat(table.high(i) & -1L >>> table.length(i)).isZero();
    }
    assertThat(different).hasSize(count);
    assertThat(ofLength / (double) count).isEqualTo(share, within(0.02));
  }

  @ParameterizedTest
  @CsvSource({"IPV4,1000000", "IPV6,250000"})
  void aSetHasAboutSixPrefixes(Family family, int count) {
    var table = new Table(family, count);
    assertThat(count / (double) table.sets()).isEqualTo(6, within(0.3));
    assertThat(table.first(0)).isZero();
    assertThat(table.end(table.sets() - 1)).isEqualTo(count);
  }
}
