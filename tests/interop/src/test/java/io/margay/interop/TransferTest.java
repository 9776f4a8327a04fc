package io.margay.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.wire.Announcement;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 on either side of a session with BIRD while 100,000 routes go each way: in the end both
 * have all 200,000. The line is slow until then, so that the middle is not missed.
 */
@Tag("long")
class TransferTest {
  private static final int EACH = 100_000;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Peering PEERING =
      new Peering(Daemon.Kind.BIRD, Peering.Role.IBGP, Peering.Guard.NONE);
  private static final Sender SENDER = Sender.ALL.getFirst();
  private static final List<Prefix> OURS = prefixes("20.0.0.0");
  private static final List<Prefix> THEIRS = prefixes("40.0.0.0");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @BeforeAll
  static void needsRoot() {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root for network namespaces");
    assumeTrue(Files.isExecutable(Daemon.Kind.BIRD.program()), "no BIRD here");
  }

  @Test
  void theirDeath() throws Exception {
    try (var life = new Life()) {
      life.awaitMiddle();
      life.bird.kill();
      // It waits with its routes until both its sessions are back (RFC 4724, 4.1).
      life.bird.start(true);
      life.awaitEnd();
    }
  }

  @Test
  void ourDeath() throws Exception {
    try (var life = new Life()) {
      life.awaitMiddle();
      life.margay.kill();
      life.margay.start();
      life.tell();
      life.awaitEnd();
    }
  }

  private static List<Prefix> prefixes(String first) {
    var prefixes = new ArrayList<Prefix>(EACH);
    for (int i = 0; i < EACH; i++) {
      prefixes.add(new Prefix(Ip4.of(first).plus(i * 256L), 24));
    }
    return prefixes;
  }

  private static Set<String> texts(List<Prefix> prefixes) {
    var texts = new TreeSet<String>();
    prefixes.forEach(prefix -> texts.add(prefix.toString()));
    return texts;
  }

  /** BIRD with its routes, Margay with those of a third speaker. */
  private final class Life implements AutoCloseable {
    final Wire wire = new Wire();
    final Bird bird = new Bird(wire, folder, PEERING);
    final Bgpd margay;
    final List<Teller> tellers = new ArrayList<>();

    Life() throws Exception {
      wire.run(Wire.End.HERE, "ip", "address", "add", SENDER.address() + "/32", "dev", "eth0");
      assumeTrue(
          limit(Wire.End.HERE, "port-b", "add") && limit(Wire.End.THERE, "eth0", "add"),
          "this kernel cannot make a line slow (sch_tbf)");
      margay = new Bgpd(wire, Wire.End.HERE, folder, file(), 256);
      tell();
      Wait.until(
          "Margay has ours", LIMIT, () -> margay.received(SENDER.address().toString()) == EACH);
      bird.announceAll(texts(THEIRS));
      bird.start(false);
    }

    /** The third speaker tells Margay all of ours. */
    void tell() throws Exception {
      Teller teller = Teller.dial(wire, SENDER, Wire.MARGAY);
      tellers.add(teller);
      var attributes =
          new AttributesBuilder().asPath(AsPath.sequence(SENDER.asn())).nextHop(SENDER.address());
      teller.tell(
          new Said(
              List.of(), List.of(new Announcement(Family.IPV4, attributes.build(), OURS)), true));
    }

    /** Both have something of the other's and neither has all. */
    void awaitMiddle() throws Exception {
      Wait.until(
          "routes are on their way",
          LIMIT,
          () -> isSome(margay.received(Wire.OTHER)) && isSome(bird.known()));
    }

    private static boolean isSome(int routes) {
      return routes > 0 && routes < EACH;
    }

    void awaitEnd() throws Exception {
      limit(Wire.End.HERE, "port-b", "del");
      limit(Wire.End.THERE, "eth0", "del");
      Wait.until(
          "both have all",
          LIMIT,
          () -> margay.received(Wire.OTHER) == EACH && bird.known() == EACH);
      var all = texts(THEIRS);
      all.addAll(texts(OURS));
      assertThat(margay.prefixes()).isEqualTo(all);
      assertThat(bird.prefixes()).isEqualTo(all);
    }

    private boolean limit(Wire.End end, String device, String what) {
      var argv = new ArrayList<>(List.of("tc", "qdisc", what, "dev", device, "root"));
      if (what.equals("add")) {
        argv.addAll(List.of("tbf", "rate", "500kbit", "burst", "16k", "latency", "1s"));
      }
      return wire.run(end, argv.toArray(String[]::new)).exit() == 0;
    }

    private String file() {
      return """
      asn: 64512
      routerId: %1$s
      listen: [ { address: %1$s }, { address: "%6$s" } ]
      socket: %2$s
      neighbors:
        - { address: %3$s, source: %1$s, asn: 64512 }
        - { address: "%7$s", source: "%6$s", asn: 64512 }
        - { address: %4$s, asn: %5$d, passive: true, multihop: true, import: accept, export: reject }
      """
          .formatted(
              Wire.MARGAY,
              Bgpd.socket(folder, Wire.End.HERE),
              Wire.OTHER,
              SENDER.address(),
              SENDER.asn(),
              Wire.MARGAY6,
              Wire.OTHER6);
    }

    @Override
    public void close() throws IOException {
      for (Teller teller : tellers) {
        teller.close();
      }
      margay.close();
      bird.close();
      wire.close();
    }
  }
}
