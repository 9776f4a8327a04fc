package io.margay.tunnel.forwarder;

import io.margay.kernel.socket.DescriptorSocket;
import io.margay.tunnel.control.ControlText;
import java.nio.file.Path;

/** Takes what a successor takes, does nothing with it, and goes. */
record HalfSuccessor(DescriptorSocket.Received received) implements AutoCloseable {
  static HalfSuccessor of(TwoNodes nodes, int node) {
    Path socket = Path.of(AgentProcess.socket(nodes.dir(node)) + ControlText.HANDED);
    try (var here = DescriptorSocket.bound(socket)) {
      nodes.forwarder(node).handOver();
      return new HalfSuccessor(here.receive());
    }
  }

  String device() {
    return received.text();
  }

  @Override
  public void close() {
    received.close();
  }
}
