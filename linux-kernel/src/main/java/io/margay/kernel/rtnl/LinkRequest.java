package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Mac;
import io.margay.kernel.nlmsg.MessageWriter;
import io.margay.kernel.nlmsg.Nlm;
import io.margay.kernel.nlmsg.Request;

/** What can be asked about devices. Indexes are those of the socket's namespace. */
public sealed interface LinkRequest extends Request {
  /** Makes a device; EEXIST when the name is taken here or, of a veth's peer, there. */
  record Create(NewLink link) implements LinkRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(LinkBytes.NEWLINK, Nlm.CREATE | Nlm.EXCL);
      LinkBytes.write(out, link);
    }

    @Override
    public String toString() {
      return "link add " + link;
    }
  }

  /** Administratively up or down. */
  record SetUp(int index, boolean up) implements LinkRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(LinkBytes.NEWLINK, 0);
      LinkBytes.header(out, index, up ? LinkEntry.UP : 0, LinkEntry.UP);
    }

    @Override
    public String toString() {
      return "link set #" + index + (up ? " up" : " down");
    }
  }

  record SetMtu(int index, int mtu) implements LinkRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(LinkBytes.NEWLINK, 0);
      LinkBytes.header(out, index, 0, 0);
      out.attributeU32(LinkBytes.MTU, mtu);
    }

    @Override
    public String toString() {
      return "link set #" + index + " mtu " + mtu;
    }
  }

  record SetMac(int index, Mac mac) implements LinkRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(LinkBytes.NEWLINK, 0);
      LinkBytes.header(out, index, 0, 0);
      out.attributeMac(LinkBytes.ADDRESS, mac);
    }

    @Override
    public String toString() {
      return "link set #" + index + " address " + mac;
    }
  }

  /** Gives another name; only a device that is down takes it on kernels before 6.2. */
  record Rename(int index, String name) implements LinkRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(LinkBytes.NEWLINK, 0);
      LinkBytes.header(out, index, 0, 0);
      out.attributeText(LinkBytes.IFNAME, name);
    }

    @Override
    public String toString() {
      return "link set #" + index + " name " + name;
    }
  }

  /** Puts it into a bridge or VRF; master 0 takes it out. */
  record SetMaster(int index, int master) implements LinkRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(LinkBytes.NEWLINK, 0);
      LinkBytes.header(out, index, 0, 0);
      out.attributeU32(LinkBytes.MASTER, master);
    }

    @Override
    public String toString() {
      return "link set #" + index + " master #" + master;
    }
  }

  /** Whether it makes an IPv6 link-local address of its MAC; to be said before it comes up. */
  record SetLinkLocal(int index, boolean wanted) implements LinkRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(LinkBytes.NEWLINK, 0);
      LinkBytes.header(out, index, 0, 0);
      LinkBytes.addrGenMode(out, wanted ? 0 : 1);
    }

    @Override
    public String toString() {
      return "link set #" + index + " addrgenmode " + (wanted ? "eui64" : "none");
    }
  }

  /** Removes a device, of a veth pair both ends; ENODEV: it is not there. */
  record Delete(int index) implements LinkRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(LinkBytes.DELLINK, 0);
      LinkBytes.header(out, index, 0, 0);
    }

    @Override
    public String toString() {
      return "link del #" + index;
    }
  }

  /** Removes a device by name; ENODEV: it is not there. */
  record DeleteNamed(String name) implements LinkRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(LinkBytes.DELLINK, 0);
      LinkBytes.header(out, 0, 0, 0);
      out.attributeText(LinkBytes.IFNAME, name);
    }

    @Override
    public String toString() {
      return "link del " + name;
    }
  }

  /**
   * Gives a VXLAN device what it takes while it lives: parent, local address of the same family,
   * TTL, TOS, learning. Other differences, and all on old kernels, need a new device.
   */
  record ChangeVxlan(int index, LinkData.Vxlan vxlan) implements LinkRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(LinkBytes.NEWLINK, 0);
      LinkBytes.header(out, index, 0, 0);
      LinkBytes.change(out, vxlan);
    }

    @Override
    public String toString() {
      return "link set #" + index + " type vxlan " + vxlan;
    }
  }

  /** One device by index; ENODEV: it is not there. */
  record GetIndexed(int index) implements LinkRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(LinkBytes.GETLINK, 0);
      LinkBytes.header(out, index, 0, 0);
      LinkBytes.skipStatistics(out);
    }

    @Override
    public String toString() {
      return "link show #" + index;
    }
  }

  /** One device by name; ENODEV: it is not there. */
  record Get(String name) implements LinkRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(LinkBytes.GETLINK, 0);
      LinkBytes.header(out, 0, 0, 0);
      LinkBytes.skipStatistics(out);
      out.attributeText(LinkBytes.IFNAME, name);
    }

    @Override
    public String toString() {
      return "link show " + name;
    }
  }

  /** All devices. */
  record Dump() implements LinkRequest {
    @Override
    public void write(MessageWriter out) {
      out.begin(LinkBytes.GETLINK, Nlm.DUMP);
      LinkBytes.header(out, 0, 0, 0);
      LinkBytes.skipStatistics(out);
    }

    @Override
    public String toString() {
      return "link show";
    }
  }
}
