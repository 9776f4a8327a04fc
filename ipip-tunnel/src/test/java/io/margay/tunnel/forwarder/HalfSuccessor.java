package io.margay.tunnel.forwarder;

import io.margay.kernel.libc.Fd;
import io.margay.kernel.socket.DescriptorSocket;
import io.margay.tunnel.control.ControlText;
import io.margay.tunnel.control.ForwarderClient;
import java.nio.file.Path;

/** Takes what a successor takes, does nothing with it, and goes. */
record HalfSuccessor(DescriptorSocket.Received received) implements AutoCloseable {
  static HalfSuccessor of(TwoNodes nodes, int node) {
    return of(AgentProcess.socket(nodes.dir(node)));
  }

  /** Of the forwarder that serves this socket. */
  static HalfSuccessor of(Path socket) {
    try (var here = DescriptorSocket.bound(Path.of(socket + ControlText.HANDED))) {
      new ForwarderClient(socket).handOver();
      return new HalfSuccessor(here.receive());
    }
  }

  String device() {
    return received.text();
  }

  /** The socket of the wire format; to set it sets the forwarder's. */
  Fd wire() {
    return received.descriptors().getLast();
  }

  @Override
  public void close() {
    received.close();
  }
}
