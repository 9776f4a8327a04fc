package io.margay.bench.bgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.bench.host.CProgram;
import io.margay.bench.host.Machine;
import io.margay.kernel.process.Program;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The load's table, as it shows it itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrefixTableTest {
  private Optional<CProgram> load = Optional.empty();

  @BeforeAll
  void compile() {
    Optional<String> obstacle = Machine.lacks(List.of(CProgram.COMPILER));
    assumeTrue(obstacle.isEmpty(), () -> "bgp " + obstacle.orElse(""));
    load = Optional.of(Load.compile());
  }

  @AfterAll
  void delete() {
    load.ifPresent(CProgram::close);
  }

  @ParameterizedTest
  @CsvSource({"4,1000000", "4,10000", "4,1", "6,250000", "6,2500"})
  void everyPrefixIsRecognisedAndCounted(int family, int prefixes) {
    LoadReport table = table(family, prefixes);
    assertThat(table.value("wrong")).isZero();
    long all = 0;
    for (int length = 0; length <= 64; length++) {
      all += table.values().getOrDefault("length" + length, List.of(0L)).getFirst();
    }
    assertThat(all).isEqualTo(prefixes);
  }

  @Test
  void threeOfFiveIpv4PrefixesAreSlash24() {
    LoadReport table = table(4, 1_000_000);
    assertThat(table.value("length24") / 1e6).isEqualTo(0.63, within(0.02));
    assertThat(table.value("length22") / 1e6).isEqualTo(0.11, within(0.02));
    assertThat(table.value("length16")).isEqualTo(13_500);
    assertThat(table.value("length8")).isEqualTo(20);
    assertThat(table.values()).doesNotContainKeys("length7", "length25");
  }

  @Test
  void aSetHasAboutSixPrefixes() {
    LoadReport table = table(4, 1_000_000);
    assertThat(1e6 / table.value("sets")).isEqualTo(6, within(0.3));
    assertThat(table.value("bytes") / 1e6).isEqualTo(17, within(1.0));
    assertThat(250_000.0 / table(6, 250_000).value("sets")).isEqualTo(6, within(0.3));
  }

  private LoadReport table(int family, int prefixes) {
    var argv =
        List.of(
            load.orElseThrow().file().toString(),
            "--table",
            Integer.toString(family),
            Integer.toString(prefixes));
    String said = Program.run(argv, Optional.empty(), Duration.ofMinutes(1)).orThrow().out();
    return LoadReport.read(said.strip());
  }
}
