package io.margay.foundation.intern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InternTableTest {
  @Test
  void equalValuesHaveOneIdUntilTheLastCountIsGivenBack() {
    var table = new InternTable<String>();
    int a = table.intern("a");
    assertThat(table.intern("a")).isEqualTo(a);
    assertThat(table.intern("b")).isNotEqualTo(a);
    table.retain(a);
    table.release(a);
    table.release(a);
    assertThat(table.value(a)).isEqualTo("a");
    table.release(a);
    assertThatThrownBy(() -> table.value(a)).hasMessage("id " + a + " was released");
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void aReleasedIdNamesTheNextValue() {
    var table = new InternTable<String>();
    int a = table.intern("a");
    table.release(a);
    assertThat(table.intern("b")).isEqualTo(a);
    assertThat(table.value(a)).isEqualTo("b");
  }

  @Test
  void anIdThatNobodyCountsCannotBeCounted() {
    var table = new InternTable<String>();
    int a = table.intern("a");
    table.release(a);
    assertThatThrownBy(() -> table.retain(a)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> table.release(a)).isInstanceOf(IllegalStateException.class);
    assertThat(table.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whenAllIsGivenBackTheTableIsEmpty(long seed) {
    var random = new Random(seed);
    var table = new InternTable<Integer>();
    var held = new IntArrayList();
    var values = new HashMap<Integer, Integer>();
    for (int i = 0; i < 5_000; i++) {
      if (held.isEmpty() || random.nextInt(5) < 3) {
        int value = random.nextInt(50);
        int id = table.intern(value);
        held.add(id);
        values.put(id, value);
      } else {
        table.release(held.removeInt(random.nextInt(held.size())));
      }
      held.forEach((int id) -> assertThat(table.value(id)).isEqualTo(values.get(id)));
      assertThat(table.size()).isEqualTo((int) held.intStream().distinct().count());
      if (held.size() > 200) {
        held.forEach((int id) -> table.release(id));
        held.clear();
      }
    }
    held.forEach((int id) -> table.release(id));
    assertThat(table.size()).isZero();
  }
}
