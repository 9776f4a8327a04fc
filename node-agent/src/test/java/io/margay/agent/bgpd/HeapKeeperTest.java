package io.margay.agent.bgpd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapKeeperTest {
  // MiB in use and of these for routes, now and behind the last collection; whether one is due.
  @ParameterizedTest
  @CsvSource({
    "20,0,0,0,false",
    "60,0,0,0,false",
    "80,0,0,0,true",
    "130,90,0,0,false",
    "240,90,0,0,false",
    "250,90,0,0,true",
    // What else lives, such as installed routes, is not looked for again and again.
    "400,90,390,90,false",
    "800,90,390,90,true",
    // It may be gone with the routes.
    "400,10,390,90,true",
    "30,10,25,10,false"
  })
  void collectsWhenMoreIsNobodysThanSomebodys(
      long used, long table, long lastUsed, long lastTable, boolean due) {
    assertThat(HeapKeeper.isDue(use(used, table), use(lastUsed, lastTable))).isEqualTo(due);
  }

  private static HeapKeeper.Use use(long used, long table) {
    return new HeapKeeper.Use(used << 20, table << 20);
  }
}
