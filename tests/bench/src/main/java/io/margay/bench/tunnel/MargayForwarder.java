package io.margay.bench.tunnel;

import io.margay.bench.frame.RunFailed;
import io.margay.bench.host.Tenant;
import io.margay.foundation.addr.Prefix;
import io.margay.tunnel.control.ForwarderClient;
import io.margay.tunnel.control.ForwarderLaunch;
import io.margay.tunnel.plan.ForwardingTable;
import io.margay.tunnel.plan.Mtu;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Margay's forwarder: the agent's command line, and a table as the agent feeds it.
 *
 * @param overhead bytes that a packet grows by
 * @param wire what makes a forwarder of IPIP speak it
 */
record MargayForwarder(String name, int overhead, UnaryOperator<ForwarderLaunch> wire)
    implements Mode {
  static final MargayForwarder IPIP =
      new MargayForwarder("ipip", Mtu.IPIP_OVERHEAD, UnaryOperator.identity());

  static final MargayForwarder UDP =
      new MargayForwarder(
          "udp", Mtu.UDP_OVERHEAD, launch -> launch.overUdp(ForwarderLaunch.UDP_PORT));

  @Override
  public Layer open() {
    return (here, there) -> Optional.of(start(here, there));
  }

  private Tenant start(Node here, Node there) throws InterruptedException {
    ForwarderLaunch launch =
        wire.apply(
            ForwarderLaunch.asThisProcess(
                TunDevice.NAME, here.file("forwarder.sock"), here.file("forwarder.log")));
    Tenant forwarder = here.start(launch.argv(), "forwarder.log");
    try {
      var client = new ForwarderClient(launch.socket());
      forwarder.await("it does not serve", () -> client.status().isPresent());
      if (!client.feed(1, table(here, there))) {
        throw new RunFailed("it ended before it took its table: " + forwarder.lastWords());
      }
      TunDevice.setUp(here, there, overhead);
      return forwarder;
    } catch (RuntimeException | InterruptedException e) {
      forwarder.close();
      throw e;
    }
  }

  private static ForwardingTable table(Node here, Node there) {
    return new ForwardingTable(
        here.address(),
        Map.of(there.block(), there.address()),
        Set.of(new Prefix(there.address(), there.address().family().bits())));
  }
}
