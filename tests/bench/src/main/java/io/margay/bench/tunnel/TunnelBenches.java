package io.margay.bench.tunnel;

import io.margay.bench.frame.Bench;
import java.util.List;

/** All of {@code tunnel.*}. */
public final class TunnelBenches {
  private static final String IPIP = "tunnel.ipip.userspace";
  private static final String UDP = "tunnel.udp.userspace";

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
    Mode ipip = MargayForwarder.IPIP;
    Mode udp = MargayForwarder.UDP;
    return List.of(
        new TunnelBench(IPIP, ipip, new CForwarder(), Figure.ALL, load),
        new TunnelBench(IPIP + ".vxlan", ipip, new KernelVxlan(), Figure.OF_TRAFFIC, load),
        new TunnelBench(UDP, udp, new CForwarder(), Figure.ALL, load),
        new TunnelBench(UDP + ".vxlan", udp, new KernelVxlan(), Figure.OF_TRAFFIC, load),
        new ModesBench(List.of(new KernelVxlan(), ipip, udp, new CForwarder()), load));
  }
}
