package io.margay.bgp.session;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;

/** An address and a port, to and from what the JDK and Netty use. */
public record Endpoint(Ip address, int port) {
  InetSocketAddress toSocket() {
    return new InetSocketAddress(inet(address), port);
  }

  static Endpoint of(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      return new Endpoint(Ip.ofBytes(inet.getAddress().getAddress()), inet.getPort());
    }
    throw new IllegalArgumentException("no IP endpoint: " + address);
  }

  /** {@code 10.0.0.2:179} or {@code [fd00::2]:179}. */
  @Override
  public String toString() {
    return (address.family() == Family.IPV4 ? address : "[" + address + "]") + ":" + port;
  }

  static InetAddress inet(Ip address) {
    try {
      return InetAddress.getByAddress(address.toBytes());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("bytes of " + address + " are no address", e);
    }
  }
}
