package io.margay.bench.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultTextTest {
  private static final Result RATE =
      new Result(
          new Measure("fib.add", "routes/s", Measure.Better.HIGHER),
          Optional.of("c"),
          Optional.of(new Series(List.of(150000.12345, 180000.0, 170000.0))),
          Optional.of(new Series(List.of(200000.0, 190000.0, 198000.0))));

  private static final Result TIME =
      new Result(
          new Measure("fib.one", "us", Measure.Better.LOWER),
          Optional.of("c"),
          Optional.of(new Series(List.of(31.0, 33.5))),
          Optional.of(new Series(List.of(4.7, 5.1))));

  @Test
  void aLineHasEverythingThatAReaderOrAScriptAsksFor() {
    assertThat(JsonLine.of(RATE))
        .isEqualTo(
            "{\"bench\":\"fib.add\",\"value\":180000.0,\"unit\":\"routes/s\",\"better\":\"higher\","
                + "\"peer\":\"c\",\"peer_value\":200000.0,\"ratio\":0.9,\"runs\":3,"
                + "\"min\":150000.123,\"median\":170000.0,"
                + "\"peer_min\":190000.0,\"peer_median\":198000.0,"
                + "\"ours\":[150000.123,180000.0,170000.0],"
                + "\"theirs\":[200000.0,190000.0,198000.0]}");
  }

  @Test
  void ofATimeTheSmallestValueIsTheBest() {
    assertThat(JsonLine.of(TIME))
        .isEqualTo(
            "{\"bench\":\"fib.one\",\"value\":31.0,\"unit\":\"us\",\"better\":\"lower\","
                + "\"peer\":\"c\",\"peer_value\":4.7,\"ratio\":6.596,\"runs\":2,"
                + "\"min\":31.0,\"median\":32.25,\"peer_min\":4.7,\"peer_median\":4.9,"
                + "\"ours\":[31.0,33.5],\"theirs\":[4.7,5.1]}");
  }

  @Test
  void nothingIsNoMeasureOfSomething() {
    var result =
        new Result(
            new Measure("api.idle.requests", "requests/min", Measure.Better.LOWER),
            Optional.of("client-go"),
            Optional.of(new Series(List.of(60.0))),
            Optional.of(new Series(List.of(0.0))));
    assertThat(JsonLine.of(result)).contains("\"peer_value\":0.0,\"ratio\":null,");
    assertThat(Table.of(List.of(result)).lines().toList().getLast()).endsWith(" -");
  }

  @Test
  void theTableIsForPeople() {
    assertThat(Table.of(List.of(RATE, TIME)))
        .isEqualTo(
            """
            BENCH                     UNIT                OURS      MEDIAN  PEER          THEIRS      MEDIAN   RATIO
            fib.add                   routes/s         180,000     170,000  c            200,000     198,000    0.90
            fib.one                   us                  31.0        32.3  c               4.70        4.90    6.60
            """);
  }
}
