package io.margay.bench.bgp;

import io.margay.bench.frame.Bench;
import io.margay.bench.frame.Measure;
import io.margay.bench.host.CProgram;
import io.margay.bench.host.Machine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A scenario with Margay and one other speaker.
 *
 * @param suffix what is appended to the names of figures: a dot and the rival's name, or nothing
 */
record BgpBench(Scenario scenario, Subject ours, Subject rival, String suffix) implements Bench {
  @Override
  public String name() {
    return measures().getFirst().name();
  }

  @Override
  public Optional<String> peer() {
    return Optional.of(rival.name());
  }

  @Override
  public List<Measure> measures() {
    return scenario.figures().stream().map(figure -> figure.measure(suffix)).toList();
  }

  @Override
  public Optional<String> obstacle() {
    var programs = new ArrayList<>(List.of(CProgram.COMPILER, "unshare", "nsenter", "setpriv"));
    programs.addAll(rival.programs());
    return Machine.lacks(programs);
  }

  @Override
  public Course open() {
    CProgram load = Load.compile();
    return new Course() {
      @Override
      public Map<String, Double> ours() {
        return run(ours, load);
      }

      @Override
      public Map<String, Double> theirs() {
        return run(rival, load);
      }

      @Override
      public void close() {
        load.close();
      }
    };
  }

  private Map<String, Double> run(Subject subject, CProgram load) {
    try (Trial trial = Trial.open(subject, scenario.plan(), load)) {
      List<Double> values = scenario.play().values(trial);
      var byName = new HashMap<String, Double>();
      for (int i = 0; i < values.size(); i++) {
        byName.put(measures().get(i).name(), values.get(i));
      }
      return byName;
    }
  }
}
