package io.margay.agent.bgpd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapKeeperTest {
  // MiB in use, of these for routes, and whether it is worth it.
  @ParameterizedTest
  @CsvSource({
    "20,0,false",
    "60,0,false",
    "80,0,true",
    "130,90,false",
    "240,90,false",
    "250,90,true"
  })
  void collectsWhenMoreIsNobodysThanSomebodys(long used, long table, boolean due) {
    assertThat(HeapKeeper.isDue(used << 20, table << 20)).isEqualTo(due);
  }
}
