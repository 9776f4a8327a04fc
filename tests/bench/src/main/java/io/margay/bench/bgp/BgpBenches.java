package io.margay.bench.bgp;

import io.margay.bench.frame.Bench;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** All of {@code bgp.*}. */
public final class BgpBenches {
  private static final String NO_SUFFIX = "";

  /** Seconds; a KEEPALIVE is due every second then. */
  private static final int SHORT_HOLD = 3;

  private final int scale;
  private final Subject margay;
  private final Subject bird = new Bird();
  private final Subject frr = new Frr(OptionalInt.empty());
  private final Subject frrAtOnce = new Frr(OptionalInt.of(0));
  private final Subject gobgp = new Gobgp();

  private BgpBenches(int scale, Path root) {
    this.scale = scale;
    this.margay = new Margay(root);
  }

  /**
   * Tables of the default-free zone's size.
   *
   * @param root the repository
   */
  public static List<Bench> large(Path root) {
    return new BgpBenches(1, root).all();
  }

  /** The same with tables and meshes that a test has time for. */
  public static List<Bench> small(Path root) {
    return new BgpBenches(100, root).all();
  }

  private List<Bench> all() {
    Plan ipv4 = Plan.table(4, 1_000_000 / scale);
    Plan ipv6 = Plan.table(6, 250_000 / scale);
    Plan four = ipv4.senders(4);
    Plan same = Plan.table(4, 250_000 / scale).senders(4).sameFromEach();
    Plan fifty = Plan.table(4, 100_000 / scale).receivers(Math.max(2, 50 / scale));
    Plan hundred = Plan.mesh(Math.max(4, 100 / scale), 100);
    Plan many = Plan.mesh(Math.max(5, 500 / scale), 4);
    Plan few = Plan.table(4, 10_000 / scale).receivers(4);
    Plan busy = Plan.table(4, 100_000 / scale).senders(10).receivers(0).holdTime(SHORT_HOLD);
    return List.of(
        beside(bird, Scenario.twoTables(ipv4)),
        beside(frr, Scenario.table(ipv4, "ingest")),
        beside(gobgp, Scenario.table(ipv4, "ingest")),
        beside(bird, Scenario.table(ipv6, "ingest6")),
        beside(bird, Scenario.warm(four, "fanin")),
        beside(bird, Scenario.warm(same, "fanin.same")),
        beside(bird, Scenario.warm(fifty, "fanout50")),
        beside(frr, Scenario.warm(fifty, "fanout50")),
        beside(bird, Scenario.coldStart(hundred, "mesh100")),
        beside(frrAtOnce, Scenario.coldStart(hundred, "mesh100")),
        alone(frrAtOnce, Scenario.coldStartAndMemory(many, "mesh500")),
        beside(bird, Scenario.churn(hundred)),
        beside(frr, Scenario.churn(hundred)),
        beside(bird, Scenario.one(few, 1000 / scale)),
        beside(frr, Scenario.one(few, 100 / scale)),
        alone(bird, Scenario.stall(busy)));
  }

  private Bench beside(Subject rival, Scenario scenario) {
    return new BgpBench(scenario, margay, rival, "." + rival.name());
  }

  /** What is measured beside one other speaker only has no name of it. */
  private Bench alone(Subject rival, Scenario scenario) {
    return new BgpBench(scenario, margay, rival, NO_SUFFIX);
  }
}
