package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentificationsTest {
  @Test
  void oneThatSendsAloneHasAllButZero() {
    var numbers = new Identifications(0, 1, 0xfffe);
    assertThat(numbers.next()).isEqualTo(0xffff);
    assertThat(numbers.next()).isEqualTo(1);
    assertThat(new Identifications(0, 1, 0xffff).next()).isEqualTo(1);
    assertThat(new Identifications(0, 1, 0).next()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8})
  void partsHaveNoNumberTwiceAndAllTogether(int count) {
    var used = new BitSet();
    for (int index = 0; index < count; index++) {
      var numbers = new Identifications(index, count, 54_321);
      int first = numbers.next();
      int now = first;
      do {
        assertThat(used.get(now)).as("%d in part %d", now, index).isFalse();
        used.set(now);
        now = numbers.next();
      } while (now != first);
    }
    assertThat(used.cardinality()).isEqualTo(0xffff);
    assertThat(used.get(0)).isFalse();
  }
}
