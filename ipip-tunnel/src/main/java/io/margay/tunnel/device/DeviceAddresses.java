package io.margay.tunnel.device;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.AddressRequest;
import io.margay.kernel.rtnl.LinkEntry;
import java.util.HashSet;
import java.util.Set;

/** The addresses of one family on a device: those that are wanted, and no others. */
final class DeviceAddresses {
  private final Rtnl rtnl;

  DeviceAddresses(Rtnl rtnl) {
    this.rtnl = rtnl;
  }

  Set<InterfaceAddress> read(LinkEntry link, Family family) {
    var addresses = new HashSet<InterfaceAddress>();
    for (AddressEntry entry : rtnl.addresses().entries()) {
      if (entry.interfaceIndex() == link.index() && entry.address().ip().family() == family) {
        addresses.add(entry.address());
      }
    }
    return addresses;
  }

  /** The new address first: Linux always has one to send from. */
  void set(LinkEntry link, Family family, Set<InterfaceAddress> wanted) {
    Set<InterfaceAddress> present = read(link, family);
    for (InterfaceAddress address : wanted) {
      if (!present.contains(address)) {
        rtnl.run(new AddressRequest.Replace(AddressEntry.of(link.index(), address)));
      }
    }
    for (InterfaceAddress address : present) {
      if (!wanted.contains(address)) {
        delete(link, address);
      }
    }
  }

  private void delete(LinkEntry link, InterfaceAddress address) {
    var request = new AddressRequest.Delete(AddressEntry.of(link.index(), address));
    rtnl.runUnless(Errno.EADDRNOTAVAIL, request);
  }
}
