package io.margay.bench.fib;

import io.margay.bench.frame.Bench;
import io.margay.bench.frame.Measure;
import io.margay.bench.host.Machine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Routes into the kernel's table, by the agent's parts and by BIRD's kernel protocol. Each has done
 * it twice before: the third time counts, when most of our code is compiled.
 */
public final class BirdBench implements Bench {
  static final String ADD = "fib.add.bird";

  private final int routes;
  private final Path jvmOptions;

  /**
   * A bench with so many routes.
   *
   * @param jvmOptions the agent's, as the file that java is given
   */
  public BirdBench(int routes, Path jvmOptions) {
    this.routes = routes;
    this.jvmOptions = jvmOptions;
  }

  @Override
  public String name() {
    return "fib";
  }

  @Override
  public Optional<String> peer() {
    return Optional.of("bird");
  }

  @Override
  public List<Measure> measures() {
    return List.of(new Measure(ADD, "routes/s", Measure.Better.HIGHER));
  }

  @Override
  public Optional<String> obstacle() {
    return Machine.lacks(List.of("bird", "unshare", "nsenter", "setpriv"));
  }

  @Override
  public Course open() {
    return new BirdCourse(routes, jvmOptions);
  }
}
