package io.margay.bench.tunnel;

import io.margay.bench.frame.Bench;
import io.margay.bench.frame.Measure;
import io.margay.bench.host.Machine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One mode beside another.
 *
 * @param name of the first figure, with which the names of the others begin
 * @param figures those that both modes have
 */
record TunnelBench(String name, Mode mode, Mode rival, List<Figure> figures, Load load)
    implements Bench {
  @Override
  public Optional<String> peer() {
    return Optional.of(rival.name());
  }

  @Override
  public List<Measure> measures() {
    return figures.stream().map(figure -> figure.measure(name)).toList();
  }

  @Override
  public Optional<String> obstacle() {
    var programs = new ArrayList<>(Trial.PROGRAMS);
    programs.addAll(mode.programs());
    programs.addAll(rival.programs());
    return Machine.lacks(programs);
  }

  @Override
  public Course open() {
    Mode.Layer ours = mode.open();
    Mode.Layer theirs = rival.open();
    return new Course() {
      @Override
      public Map<String, Double> ours() {
        return named(Trial.run(ours, load));
      }

      @Override
      public Map<String, Double> theirs() {
        return named(Trial.run(theirs, load));
      }

      @Override
      public void close() {
        ours.close();
        theirs.close();
      }
    };
  }

  private Map<String, Double> named(Map<Figure, Double> values) {
    var named = new HashMap<String, Double>();
    values.forEach((figure, value) -> named.put(figure.measure(name).name(), value));
    return named;
  }
}
