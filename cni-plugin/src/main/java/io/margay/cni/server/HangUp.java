package io.margay.cni.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;

/**
 * Tells when a peer is gone: its runtime lost patience and killed the shim. The shim sends nothing
 * behind its call, so a read ends only then, or when the connection is closed after the answer.
 */
final class HangUp {
  private volatile boolean happened;

  private HangUp() {}

  static HangUp watch(SocketChannel peer, Executor threads) {
    var hangUp = new HangUp();
    threads.execute(() -> {
      try {
        hangUp.happened = peer.read(ByteBuffer.allocate(1)) < 0;
      } catch (IOException _) {
        hangUp.happened = true;
      }
    });
    return hangUp;
  }

  boolean happened() {
    return happened;
  }
}
