package io.margay.bench.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RunnerTest {
  private final List<String> progress = new ArrayList<>();
  private long now;

  @Test
  void oursAndThePeerTakeTurns() {
    var bench = FakeBench.of("fib", "fib.add", "fib.one");
    List<Result> results = runner(3).run(bench, bench.measures());

    assertThat(bench.log)
        .containsExactly("open", "ours", "theirs", "ours", "theirs", "ours", "theirs", "close");
    assertThat(results)
        .containsExactly(
            new Result(
                bench.measures().get(0),
                Optional.of("peer"),
                Optional.of(new Series(List.of(1.0, 2.0, 3.0))),
                Optional.of(new Series(List.of(10.0, 20.0, 30.0)))),
            new Result(
                bench.measures().get(1),
                Optional.of("peer"),
                Optional.of(new Series(List.of(1.0, 2.0, 3.0))),
                Optional.of(new Series(List.of(10.0, 20.0, 30.0)))));
    assertThat(progress)
        .containsExactly(
            "fib: run 1 of 3 took 1.0 s, of peer 1.0 s",
            "fib: run 2 of 3 took 1.0 s, of peer 1.0 s",
            "fib: run 3 of 3 took 1.0 s, of peer 1.0 s");
  }

  @Test
  void aBenchRunsAsOftenAsItSaysWhereNobodyElseDoes() {
    var bench = FakeBench.of("fib", "fib.add");
    var runner = new Runner(OptionalInt.empty(), () -> 0, progress::add);
    assertThat(runner.run(bench, bench.measures()).getFirst().ours().orElseThrow().values())
        .hasSize(bench.runs());
  }

  @Test
  void onlyWhatWasAskedForIsShown() {
    var bench = FakeBench.of("fib", "fib.add", "fib.one");
    List<Measure> asked = bench.measures().subList(1, 2);
    assertThat(runner(1).run(bench, asked)).extracting(Result::measure).isEqualTo(asked);
  }

  @Test
  void whatWasOpenedIsClosedWhenARunFails() {
    var bench = FakeBench.of("fib", "fib.add");
    var failing =
        new Runner(
            OptionalInt.of(1),
            () -> 0,
            line -> {
              throw new IllegalStateException("the run failed");
            });
    assertThatThrownBy(() -> failing.run(bench, bench.measures())).hasMessage("the run failed");
    assertThat(bench.log).endsWith("close");
  }

  @Test
  void aSideThatFailsIsToldAndNotRunAgain() {
    var bench = FakeBench.of("fib", "fib.add").failingInRun(2);
    List<Result> results = runner(3).run(bench, bench.measures());

    assertThat(bench.log)
        .containsExactly("open", "ours", "theirs", "ours", "theirs", "ours", "close");
    assertThat(results.getFirst().ours()).contains(new Series(List.of(1.0, 2.0, 3.0)));
    assertThat(results.getFirst().theirs()).contains(new Series(List.of(10.0)));
    assertThat(progress).contains("fib: peer failed and is not run again: it ended");
  }

  @Test
  void aSideThatNeverSucceedsHasNoValue() {
    var bench = FakeBench.of("fib", "fib.add").failingInRun(1);
    Result result = runner(2).run(bench, bench.measures()).getFirst();
    assertThat(result.theirs()).isEmpty();
    assertThat(result.isWhole()).isFalse();
    assertThat(result.ratio()).isEmpty();
    assertThat(JsonLine.of(result))
        .contains(
            "\"value\":2.0,", "\"peer_value\":null,\"ratio\":null,\"runs\":2,", "\"theirs\":[]");
    assertThat(Table.of(List.of(result))).contains("failed");
  }

  @Test
  void aBenchWithoutAPeerRunsAlone() {
    var bench = FakeBench.of("jmh", "jmh.decode").alone();
    Result result = runner(2).run(bench, bench.measures()).getFirst();

    assertThat(bench.log).containsExactly("open", "ours", "ours", "close");
    assertThat(progress)
        .containsExactly("jmh: run 1 of 2 took 1.0 s", "jmh: run 2 of 2 took 1.0 s");
    assertThat(result.isWhole()).isTrue();
    assertThat(result.ratio()).isEmpty();
    assertThat(JsonLine.of(result))
        .contains("\"value\":2.0,", "\"peer\":null,\"peer_value\":null,\"ratio\":null,");
    assertThat(Table.of(List.of(result))).contains(" - ").doesNotContain("failed");
  }

  @Test
  void thereIsAtLeastOneRun() {
    assertThatThrownBy(() -> runner(0)).hasMessage("0 runs");
  }

  /** Its clock moves on by a second each time that it is looked at. */
  private Runner runner(int runs) {
    return new Runner(OptionalInt.of(runs), () -> now += 1_000_000_000, progress::add);
  }
}
