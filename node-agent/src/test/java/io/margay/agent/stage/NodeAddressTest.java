package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.AddressChoice;
import io.margay.agent.config.AgentConfig.Addressing;
import io.margay.agent.config.DetectionMethod;
import io.margay.agent.stage.NodeAddress.Choice;
import io.margay.agent.stage.NodeAddress.LocalInterface;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeAddressTest {
  private static LocalInterface local(String name, boolean up, String... addresses) {
    return new LocalInterface(name, up, Stream.of(addresses).map(InterfaceAddress::of).toList());
  }

  private static NodeAddress.Facts facts(String annotated) {
    return new NodeAddress.Facts(
        List.of(
            local("lo", true, "127.0.0.1/8"),
            local("docker0", true, "172.17.0.1/16"),
            local("eth0", true, "169.254.7.7/16", "10.0.2.15/24"),
            local("eth1", true, "192.168.56.11/24", "fd00::11/64"),
            local("eth2", false, "10.9.9.9/24")),
        to ->
            to.equals(Ip.of("192.168.56.1"))
                ? Optional.of(Ip.of("192.168.56.11"))
                : Optional.empty(),
        annotated.isEmpty() ? Optional.empty() : Optional.of(InterfaceAddress.of(annotated)),
        List.of(Ip.of("192.168.56.11")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          autodetect         | first-found             |               | 10.0.2.15/24     | first-found, on eth0
          autodetect         | interface=eth1          |               | 192.168.56.11/24 | interface, on eth1
          autodetect         | interface=docker.*      |               | 172.17.0.1/16    | interface, on docker0
          autodetect         | skip-interface=eth0     |               | 192.168.56.11/24 | skip-interface, on eth1
          autodetect         | cidr=192.168.0.0/16     |               | 192.168.56.11/24 | cidr, on eth1
          autodetect         | can-reach=192.168.56.1  |               | 192.168.56.11/24 | can-reach=192.168.56.1, on eth1
          autodetect         | kubernetes-internal-ip  |               | 192.168.56.11/24 | kubernetes-internal-ip, on eth1
          autodetect         | interface=eth2          | 10.1.1.1/24   | 10.1.1.1/24      | kept from the node's annotation
          autodetect         | interface=eth2          |               |                  | interface: no fitting IPV4 address
          autodetect         | can-reach=8.8.8.8       |               |                  | can-reach: no route leads to 8.8.8.8
          keep               | first-found             | 10.1.1.1/24   | 10.1.1.1/24      | kept from the node's annotation
          keep               | first-found             |               | 10.0.2.15/24     | first-found, on eth0
          none               | first-found             | 10.1.1.1/24   | 10.1.1.1/24      | kept from the node's annotation
          none               | first-found             |               | not wanted       |
          10.0.2.15          | first-found             |               | 10.0.2.15/24     | set by IP, length from eth0
          10.0.2.99          | first-found             |               | 10.0.2.99/32     | set by IP, on no interface
          10.0.2.15/16       | first-found             |               | 10.0.2.15/16     | set by IP
          """)
  void theChoiceAndItsReason(
      String choice, String method, String annotated, String address, String why) {
    var addressing =
        new Addressing(
            AddressChoice.parse(Family.IPV4, choice).orElseThrow(),
            DetectionMethod.parse(method).orElseThrow());
    Choice found =
        NodeAddress.choose(Family.IPV4, addressing, facts(annotated == null ? "" : annotated));
    switch (found) {
      case Choice.Chosen(InterfaceAddress chosen, String reason) -> {
        assertThat(chosen).hasToString(address);
        assertThat(reason).contains(why).doesNotContain("kept");
      }
      case Choice.Kept(InterfaceAddress kept, String reason) -> {
        assertThat(kept).hasToString(address);
        assertThat(reason).contains(why);
      }
      case Choice.NotFound(String reason) -> {
        assertThat(address).isNull();
        assertThat(reason).contains(why);
      }
      case Choice.NotWanted _ -> assertThat(address).isEqualTo("not wanted");
    }
  }

  // The kernel shows the newest IPv6 address of an interface first.
  @ParameterizedTest
  @CsvSource({
    "fd00::11/64, fd00::11/64",
    "fd00::12/64, fd00::12/64",
    "fd00::13/64, fd00::12/64",
    "'', fd00::12/64"
  })
  void anAddressThatIsStillThereIsNotLeftForANewerOne(String annotated, String address) {
    var facts =
        new NodeAddress.Facts(
            List.of(local("eth0", true, "fd00::12/64", "fd00::11/64")),
            _ -> Optional.empty(),
            InterfaceAddress.parse(annotated),
            List.of());
    var addressing = new Addressing(new AddressChoice.Detect(), new DetectionMethod.FirstFound());
    assertThat(NodeAddress.choose(Family.IPV6, addressing, facts))
        .isInstanceOfSatisfying(
            Choice.Chosen.class, chosen -> assertThat(chosen.address()).hasToString(address));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "none"})
  void withoutAWordAboutIpv6TheAnnotationStaysAndNothingIsLookedFor(String word) {
    var nothingSaid =
        new Addressing(
            AddressChoice.parse(Family.IPV6, word).orElseThrow(), new DetectionMethod.FirstFound());
    assertThat(NodeAddress.choose(Family.IPV6, nothingSaid, facts("")))
        .isInstanceOf(Choice.NotWanted.class);
    assertThat(NodeAddress.choose(Family.IPV6, nothingSaid, facts("fd00::99/64")))
        .isInstanceOfSatisfying(
            Choice.Kept.class, kept -> assertThat(kept.address()).hasToString("fd00::99/64"));
  }
}
