package io.margay.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.route.view.KernelView;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pcollections.HashTreePMap;
import org.pcollections.OrderedPSet;

class SegmentsTest {
  private static final int RUNNING = LinkEntry.UP | LinkEntry.LOWER_UP;

  private static LinkEntry link(int index, String name, int flags, int operState) {
    return new LinkEntry(
        index, name, flags, 1500, Optional.of(new Mac(index)), "", 0, 0, operState);
  }

  private static AddressEntry address(int index, String address, int flags) {
    return new AddressEntry(index, InterfaceAddress.of(address), Optional.empty(), 0, flags);
  }

  /** Loopback, eth0, one that is down, a pod's, and one that is not sure of an address yet. */
  static KernelView view() {
    var links = HashTreePMap.<Integer, LinkEntry>empty();
    for (LinkEntry link :
        List.of(
            link(1, "lo", RUNNING | LinkEntry.LOOPBACK, 0),
            link(2, "eth0", RUNNING, LinkEntry.OPER_UP),
            link(3, "eth1", 0, 2),
            link(4, "cali1", RUNNING, LinkEntry.OPER_UP),
            link(5, "eth2", RUNNING, LinkEntry.OPER_UP))) {
      links = links.plus(link.index(), link);
    }
    return new KernelView(
        HashTreePMap.empty(),
        links,
        OrderedPSet.from(
            List.of(
                address(1, "10.0.0.1/8", 0),
                address(2, "172.30.1.9/24", 0),
                address(2, "172.31.0.9/32", 0),
                address(2, "fd00:30:1::9/64", 0),
                address(2, "fe80::9/64", 0),
                address(3, "172.30.3.9/24", 0),
                address(4, "172.30.4.9/24", 0),
                address(5, "172.30.1.10/25", 0),
                address(5, "fd00:30:2::9/64", AddressEntry.TENTATIVE))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "172.30.1.200   | eth0 from 172.30.1.9",
        "172.30.1.77    | eth0 from 172.30.1.9, eth2 from 172.30.1.10",
        "fd00:30:1::77  | eth0 from fe80::9",
        "10.244.1.5     | -", // a loopback's
        "172.31.0.9     | -", // a single address is no network
        "172.30.3.77    | -", // down
        "172.30.4.77    | -", // a pod's interface
        "fd00:30:2::77  | -", // not known to be ours yet
        "fe80::77       | -", // everywhere and nowhere
        "fd00:10::1     | -"
      })
  void anAddressIsOnTheLinksWhoseNetworkItIsIn(String address, String expected) {
    assertThat(
            Segments.around(Ip.of(address), view(), name -> !name.startsWith("cali")).stream()
                .map(segment -> segment.name() + " from " + segment.source())
                .reduce((a, b) -> a + ", " + b)
                .orElse(null))
        .isEqualTo(expected);
  }
}
