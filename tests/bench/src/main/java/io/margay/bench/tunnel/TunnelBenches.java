package io.margay.bench.tunnel;

import io.margay.bench.frame.Bench;
import java.util.List;

/** All of {@code tunnel.*}. */
public final class TunnelBenches {
  private static final String IPIP = "tunnel.ipip.userspace";

  private TunnelBenches() {}

  /** Traffic for some seconds each. */
  public static List<Bench> full() {
    return all(Load.FULL);
  }

  /** The same with as little traffic as a test has time for. */
  public static List<Bench> brief() {
    return all(Load.BRIEF);
  }

  private static List<Bench> all(Load load) {
    var margay = new MargayForwarder();
    return List.of(
        new TunnelBench(IPIP, margay, new CForwarder(), Figure.ALL, load),
        new TunnelBench(IPIP + ".vxlan", margay, new KernelVxlan(), Figure.OF_TRAFFIC, load),
        new ModesBench(List.of(new KernelVxlan(), margay, new CForwarder()), load));
  }
}
