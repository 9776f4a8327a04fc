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
    return List.of(
        new TunnelBench(IPIP, new MargayForwarder(), new CForwarder(), Figure.ALL, load),
        besideKernel(new KernelVxlan(), load),
        besideKernel(new PlainRouting(), load));
  }

  /** The kernel's own ways have no process to look at. */
  private static Bench besideKernel(Mode kernel, Load load) {
    return new TunnelBench(
        IPIP + "." + kernel.name(), new MargayForwarder(), kernel, Figure.OF_TRAFFIC, load);
  }
}
