package io.margay.kernel.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.process.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Flows are made and listed by conntrack(8), in a namespace of the test's own. */
class ConntrackTest {
  private static final Ip POD = Ip.of("10.0.1.7");
  private static final Ip POD6 = Ip.of("fd00::7");

  private final TestNetns netns = TestNetns.create();

  // The namespace is made first: where that is not allowed, the test is skipped there.
  private Conntrack conntrack;

  @BeforeEach
  void open() {
    conntrack = Conntrack.in(netns.netns());
  }

  @AfterEach
  void close() {
    conntrack.close();
    netns.close();
  }

  @Test
  void flowsOfAnAddressGoAndOthersStay() {
    insert("-s 10.0.1.7 -d 10.0.2.1 -p tcp --sport 4711 --dport 80 --state ESTABLISHED");
    insert("-s 10.0.2.1 -d 10.0.1.7 -p udp --sport 53 --dport 53");
    // Through a service: the pod is only seen in the answers.
    insert(
        "-s 10.0.2.1 -d 10.96.0.1 --dst-nat 10.0.1.7 -p tcp --sport 1 --dport 443"
            + " --state ESTABLISHED");
    insert("-s 10.0.1.7 -d 10.0.2.9 -p icmp --icmp-type 8 --icmp-code 0 --icmp-id 77");
    insert("-s 10.0.1.8 -d 10.0.2.1 -p tcp --sport 4711 --dport 80 --state ESTABLISHED");
    insert("-s 10.0.2.1 -d 10.0.1.8 -p udp --sport 53 --dport 53");
    assertThat(list("ipv4")).hasSize(6);

    Conntrack.Deletion done = conntrack.delete(conntrack.flowsOf(List.of(POD)));

    assertThat(done).isEqualTo(new Conntrack.Deletion(4, List.of()));
    assertThat(list("ipv4")).hasSize(2).allMatch(line -> line.contains("10.0.1.8"));
    assertThat(conntrack.flowsOf(List.of(POD))).isEmpty();
  }

  @Test
  void flowsOverIpv6GoToo() {
    insert("-s fd00::7 -d fd00::1 -p tcp --sport 1 --dport 80 --state ESTABLISHED");
    insert("-s fd00::1 -d fd00::7 -p icmpv6 --icmpv6-type 128 --icmpv6-code 0" + " --icmpv6-id 9");
    insert("-s fd00::8 -d fd00::1 -p tcp --sport 1 --dport 80 --state ESTABLISHED");

    assertThat(conntrack.delete(conntrack.flowsOf(List.of(POD6))).deleted()).isEqualTo(2);

    assertThat(list("ipv6")).hasSize(1).allMatch(line -> line.contains("fd00::8"));
  }

  @Test
  void flowsOfAllZonesGo() {
    String flow = "-s 10.0.1.7 -d 10.0.2.1 -p udp --sport 1 --dport 2";
    insert(flow);
    insert(flow + " -w 7");
    insert("-s 10.0.1.8 -d 10.0.2.1 -p udp --sport 1 --dport 2 -w 7");

    Set<ConntrackFlow> flows = conntrack.flowsOf(List.of(POD));
    assertThat(flows).extracting(ConntrackFlow::zone).containsExactlyInAnyOrder(0, 7);
    assertThat(conntrack.delete(flows).refused()).isEmpty();

    assertThat(list("ipv4")).hasSize(1).allMatch(line -> line.contains("10.0.1.8"));
  }

  /** One with the same tuple that came since carries another number, and is another's. */
  @Test
  void aFlowWithAnotherNumberStays() {
    insert("-s 10.0.1.7 -d 10.0.2.1 -p udp --sport 1 --dport 2");
    ConntrackFlow there = conntrack.flowsOf(List.of(POD)).iterator().next();
    var earlier =
        new ConntrackFlow(there.original(), there.answerer(), there.zone(), there.id() + 1);

    assertThat(conntrack.delete(List.of(earlier))).isEqualTo(new Conntrack.Deletion(0, List.of()));

    assertThat(list("ipv4")).hasSize(1);
  }

  @Test
  void flowsOfManyAddressesGoAtOnce() {
    var addresses = new ArrayList<Ip>();
    for (int i : IntStream.range(0, 20).toArray()) {
      addresses.add(POD.plus(i));
      insert("-s " + POD.plus(i) + " -d 10.0.2.1 -p udp --sport 1 --dport 2");
    }
    insert("-s 10.0.3.1 -d 10.0.2.1 -p udp --sport 1 --dport 2");

    assertThat(conntrack.delete(conntrack.flowsOf(addresses)).deleted()).isEqualTo(20);

    assertThat(list("ipv4")).hasSize(1).allMatch(line -> line.contains("10.0.3.1"));
  }

  @Test
  void deletingNothingDeletesNothing() {
    insert("-s 10.0.1.7 -d 10.0.2.1 -p udp --sport 1 --dport 2");

    assertThat(conntrack.flowsOf(List.of())).isEmpty();
    assertThat(conntrack.delete(List.of()).deleted()).isZero();

    assertThat(list("ipv4")).hasSize(1);
  }

  private void insert(String flow) {
    run("-I -t 300 " + flow);
  }

  private List<String> list(String family) {
    return run("-L -f " + family).lines().filter(line -> line.contains("src=")).toList();
  }

  private String run(String arguments) {
    var argv = new ArrayList<>(List.of("ip", "netns", "exec", netns.name(), "conntrack"));
    argv.addAll(List.of(arguments.split(" ")));
    return Program.run(argv, Optional.empty(), Duration.ofSeconds(20)).orThrow().out();
  }
}
