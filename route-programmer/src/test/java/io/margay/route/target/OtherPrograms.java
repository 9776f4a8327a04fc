package io.margay.route.target;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.LinkRequest;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteMetrics;
import io.margay.kernel.rtnl.RouteRequest;
import io.margay.kernel.rtnl.RouteType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Others that change routes and devices of a namespace by chance. */
final class OtherPrograms implements AutoCloseable {
  static final List<String> PREFIXES =
      List.of(
          "10.65.0.0/26",
          "10.65.0.64/26",
          "10.65.0.2/32",
          "fd00:65::/122",
          "fd00:65::40/122",
          "fd00:65::2/128");

  private final Rtnl rtnl;
  private final RandomGenerator random;
  private final TestNetns namespace;

  OtherPrograms(TestNetns namespace, RandomGenerator random) {
    this.namespace = namespace;
    this.rtnl = Rtnl.in(namespace.netns());
    this.random = random;
  }

  /** One change; what the kernel says to it does not matter. */
  void doSomething(List<Integer> protocols) {
    switch (random.nextInt(12)) {
      case 0 -> upOrDown("cali0");
      case 1 -> upOrDown("eth0");
      case 2, 3, 4 -> rtnl.apply(new RouteRequest.Create(route(protocols)));
      case 5, 6 -> rtnl.apply(new RouteRequest.Replace(route(protocols)));
      case 7 -> addresses();
      default -> removeOne();
    }
  }

  /** All that was taken down or away is there again. */
  void mend() {
    for (String device : List.of("eth0", "cali0")) {
      namespace.ip("link set " + device + " up");
    }
    namespace.ip("addr replace 192.0.2.1/24 dev eth0");
    namespace.ip("addr replace 2001:db8::1/64 dev eth0 nodad");
  }

  private void upOrDown(String device) {
    int index = index(device);
    rtnl.apply(new LinkRequest.SetUp(index, random.nextBoolean()));
  }

  private void addresses() {
    if (random.nextBoolean()) {
      namespace.ip("addr flush dev eth0 scope global");
    } else {
      mend();
    }
  }

  private void removeOne() {
    var all = new ArrayList<RouteEntry>();
    for (Family family : Family.values()) {
      all.addAll(rtnl.routes(family, RouteEntry.TABLE_MAIN, 0).entries());
    }
    all.removeIf(route -> !PREFIXES.contains(route.destination().toString()));
    if (!all.isEmpty()) {
      rtnl.apply(new RouteRequest.Delete(all.get(random.nextInt(all.size()))));
    }
  }

  private RouteEntry route(List<Integer> protocols) {
    var prefix = Prefix.of(PREFIXES.get(random.nextInt(PREFIXES.size())));
    int protocol = protocols.get(random.nextInt(protocols.size()));
    List<NextHop> hops = hops(prefix);
    return new RouteEntry(
        RouteEntry.TABLE_MAIN,
        prefix,
        0,
        hops.isEmpty() ? RouteType.BLACKHOLE : RouteType.UNICAST,
        protocol,
        RouteEntry.UNIVERSE,
        0,
        Optional.empty(),
        RouteMetrics.NONE,
        0,
        hops);
  }

  private List<NextHop> hops(Prefix prefix) {
    String gateway =
        switch (prefix.family()) {
          case IPV4 -> "192.0.2.";
          case IPV6 -> "2001:db8::";
        };
    var hops = new ArrayList<NextHop>();
    for (int i = random.nextInt(3); i > 0; i--) {
      hops.add(NextHop.via(Ip.of(gateway + (i + 1 + random.nextInt(2) * 4)), index("eth0")));
    }
    return hops;
  }

  private int index(String device) {
    return rtnl.link(device).orElseThrow().index();
  }

  @Override
  public void close() {
    rtnl.close();
  }
}
