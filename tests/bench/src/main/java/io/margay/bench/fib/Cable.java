package io.margay.bench.fib;

import io.margay.bench.host.Room;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.AddressRequest;
import io.margay.kernel.rtnl.LinkRequest;
import io.margay.kernel.rtnl.NewLink;
import java.util.Optional;
import java.util.OptionalInt;

/** A network namespace with one cable: this end has an address, the other one is there and up. */
final class Cable {
  static final String DEVICE = "near";
  private static final String FAR_END = "far";

  private Cable() {}

  /** Makes both; the caller closes the room. */
  static Room lay() {
    Room room = Room.open();
    var far = new NewLink.Peer(FAR_END, Optional.empty(), 0, OptionalInt.empty());
    try (Netns netns = room.netns();
        Rtnl rtnl = Rtnl.in(netns)) {
      rtnl.run(new LinkRequest.Create(new NewLink.Veth(DEVICE, Optional.empty(), 0, far)));
      int near = rtnl.link(DEVICE).orElseThrow().index();
      rtnl.run(new LinkRequest.SetUp(rtnl.link(FAR_END).orElseThrow().index(), true));
      rtnl.run(new LinkRequest.SetUp(near, true));
      var address = new InterfaceAddress(RouteSet.ADDRESS, RouteSet.ADDRESS_LENGTH);
      rtnl.run(new AddressRequest.Replace(AddressEntry.of(near, address)));
      return room;
    } catch (RuntimeException e) {
      room.close();
      throw e;
    }
  }
}
