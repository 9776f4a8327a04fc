package io.margay.bench.frame;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A bench with made-up values: each run gives its number, the peer's ten times as much. */
public final class FakeBench implements Bench {
  public final List<String> log = new ArrayList<>();
  private final String name;
  private final List<Measure> measures;
  private final Optional<String> obstacle;

  private Optional<String> peer = Optional.of("peer");
  private int failing = Integer.MAX_VALUE;

  private FakeBench(String name, List<Measure> measures, Optional<String> obstacle) {
    this.name = name;
    this.measures = measures;
    this.obstacle = obstacle;
  }

  public static FakeBench of(String name, String... measures) {
    return new FakeBench(name, rates(measures), Optional.empty());
  }

  public static FakeBench lacking(String what, String name, String... measures) {
    return new FakeBench(name, rates(measures), Optional.of(what));
  }

  /** The peer fails in its n-th run. */
  public FakeBench failingInRun(int n) {
    failing = n;
    return this;
  }

  /** Nobody is measured beside it. */
  public FakeBench alone() {
    peer = Optional.empty();
    return this;
  }

  private static List<Measure> rates(String... names) {
    return List.of(names).stream()
        .map(name -> new Measure(name, "things/s", Measure.Better.HIGHER))
        .toList();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<String> peer() {
    return peer;
  }

  @Override
  public List<Measure> measures() {
    return measures;
  }

  @Override
  public Optional<String> obstacle() {
    return obstacle;
  }

  @Override
  public Course open() {
    log.add("open");
    return new Course() {
      private int ours;
      private int theirs;

      @Override
      public Map<String, Double> ours() {
        log.add("ours");
        return all(++ours);
      }

      @Override
      public Map<String, Double> theirs() {
        log.add("theirs");
        if (++theirs == failing) {
          throw new RunFailed("it ended");
        }
        return all(10.0 * theirs);
      }

      @Override
      public void close() {
        log.add("close");
      }
    };
  }

  private Map<String, Double> all(double value) {
    var values = new HashMap<String, Double>();
    measures.forEach(measure -> values.put(measure.name(), value));
    return values;
  }
}
