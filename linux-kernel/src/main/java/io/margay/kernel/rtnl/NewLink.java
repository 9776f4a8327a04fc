package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Mac;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A device to make.
 *
 * <p>{@code mtu} 0 and an empty {@code mac} leave the choice to the kernel.
 */
public sealed interface NewLink {
  /** Longest name that the kernel takes. */
  int MAX_NAME = 15;

  /** Name of the device in the namespace of the socket that makes it. */
  String name();

  /** Two devices of which each gets what the other sends. Both are born down. */
  record Veth(String name, Optional<Mac> mac, int mtu, Peer peer) implements NewLink {
    public Veth {
      checkName(name);
    }

    @Override
    public String toString() {
      return name
          + text(mac, mtu)
          + " type veth peer "
          + peer.name
          + text(peer.mac, peer.mtu)
          + (peer.netns.isPresent() ? " netns #" + peer.netns.getAsInt() : "");
    }
  }

  /**
   * The other end of a veth pair.
   *
   * @param netns open descriptor of the namespace that it is born in; empty: the same
   */
  record Peer(String name, Optional<Mac> mac, int mtu, OptionalInt netns) {
    public Peer {
      checkName(name);
    }
  }

  /** A software switch. */
  record Bridge(String name) implements NewLink {
    public Bridge {
      checkName(name);
    }

    @Override
    public String toString() {
      return name + " type bridge";
    }
  }

  /**
   * A tunnel device. Of IPIP the kernel's module makes {@code tunl0} itself: asking for one of that
   * name is EEXIST then, and it is there.
   */
  record Tunnel(String name, Optional<Mac> mac, LinkData data) implements NewLink {
    public Tunnel {
      checkName(name);
    }

    @Override
    public String toString() {
      return name + text(mac, 0) + " type " + data.kind() + " " + data;
    }
  }

  private static String text(Optional<Mac> mac, int mtu) {
    return mac.map(m -> " address " + m).orElse("") + (mtu == 0 ? "" : " mtu " + mtu);
  }

  private static void checkName(String name) {
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "interface name \"" + name + "\" has not 1 to " + MAX_NAME + " characters");
    }
  }
}
