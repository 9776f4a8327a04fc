package io.margay.bench.jmh;

import io.margay.bench.frame.Bench;
import io.margay.jmh.DecideBench;
import io.margay.jmh.DecodeBench;
import io.margay.jmh.EncodeBench;
import io.margay.jmh.FindBench;
import io.margay.jmh.InternBench;
import io.margay.jmh.TellBench;
import java.nio.file.Path;
import java.util.List;

/** All of {@code jmh.*}. */
public final class JmhBenches {
  /** The options of {@code ./dev bgpd}, from the top of the repository. */
  private static final Path JVM_OPTIONS = Path.of("node-agent/src/main/dist/bgpd.jvmopts");

  private static final String ROUTE = "route";
  private static final String LOOK_UP = "look-up";

  private final Path jvmOptions;

  private JmhBenches(Path root) {
    this.jvmOptions = root.resolve(JVM_OPTIONS);
  }

  /**
   * A bench for each method, so that one can be measured without the others.
   *
   * @param root the repository
   */
  public static List<Bench> all(Path root) {
    var of = new JmhBenches(root);
    return List.of(
        of.bench("jmh.decode", DecodeBench.class, "ip4", ROUTE),
        of.bench("jmh.decode.ip6", DecodeBench.class, "ip6", ROUTE),
        of.bench("jmh.intern.new", InternBench.class, "fresh", ROUTE),
        of.bench("jmh.intern.known", InternBench.class, "known", ROUTE),
        of.bench("jmh.decide.fresh", DecideBench.class, "fresh", ROUTE),
        of.bench("jmh.decide.warm", DecideBench.class, "warm", ROUTE),
        of.bench("jmh.decide.again", DecideBench.class, "again", ROUTE),
        of.bench("jmh.decide.second", DecideBench.class, "second", ROUTE),
        of.bench("jmh.decide.withdraw", DecideBench.class, "withdraw", ROUTE),
        of.bench("jmh.tell", TellBench.class, "announcements", ROUTE),
        of.bench("jmh.encode", EncodeBench.class, "announcements", ROUTE),
        of.bench("jmh.encode.withdraw", EncodeBench.class, "withdrawals", ROUTE),
        of.bench("jmh.find", FindBench.class, "prefix", LOOK_UP),
        of.bench("jmh.around", FindBench.class, "around", LOOK_UP));
  }

  private Bench bench(String name, Class<?> type, String method, String each) {
    return new JmhBench(name, type.getName() + "." + method, each, jvmOptions);
  }
}
