package io.margay.bench.tunnel;

import io.margay.bench.frame.Bench;
import io.margay.bench.frame.Measure;
import io.margay.bench.frame.RunFailed;
import io.margay.bench.host.Machine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All modes beside plain routing: a run of ours is one of each mode, so that all of them stand
 * beside the same run of the peer.
 */
record ModesBench(List<Mode> modes, Load load) implements Bench {
  private static final String NAME = "tunnel.modes";
  private static final Mode PLAIN = new PlainRouting();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> peer() {
    return Optional.of(PLAIN.name());
  }

  /** The kernel's own ways have no process to look at. */
  @Override
  public List<Measure> measures() {
    return Figure.OF_TRAFFIC.stream()
        .flatMap(figure -> modes.stream().map(mode -> measure(mode, figure)))
        .toList();
  }

  private static Measure measure(Mode mode, Figure figure) {
    return figure.measure(NAME + "." + mode.name());
  }

  @Override
  public Optional<String> obstacle() {
    var programs = new ArrayList<>(Trial.PROGRAMS);
    modes.forEach(mode -> programs.addAll(mode.programs()));
    return Machine.lacks(programs);
  }

  @Override
  public Course open() {
    var layers = new LinkedHashMap<Mode, Mode.Layer>();
    modes.forEach(mode -> layers.put(mode, mode.open()));
    Mode.Layer plain = PLAIN.open();
    return new Course() {
      @Override
      public Map<String, Double> ours() {
        var values = new HashMap<String, Double>();
        layers.forEach((mode, layer) -> values.putAll(run(mode, layer)));
        return values;
      }

      @Override
      public Map<String, Double> theirs() {
        Map<Figure, Double> once = Trial.run(plain, load);
        var values = new HashMap<String, Double>();
        modes.forEach(mode -> values.putAll(named(mode, once)));
        return values;
      }

      @Override
      public void close() {
        layers.values().forEach(Mode.Layer::close);
        plain.close();
      }
    };
  }

  /** Nothing when the mode fails: the others go on. */
  private Map<String, Double> run(Mode mode, Mode.Layer layer) {
    try {
      return named(mode, Trial.run(layer, load));
    } catch (RunFailed e) {
      System.err.println("bench: " + NAME + "." + mode.name() + " failed: " + e.getMessage());
      return Map.of();
    }
  }

  private static Map<String, Double> named(Mode mode, Map<Figure, Double> values) {
    var named = new HashMap<String, Double>();
    values.forEach((figure, value) -> named.put(measure(mode, figure).name(), value));
    return named;
  }
}
