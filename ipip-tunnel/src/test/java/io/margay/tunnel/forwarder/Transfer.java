package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.tunnel.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Bytes by TCP from one node's pod network to another's; all must arrive as they were sent. */
final class Transfer {
  private static final int CONNECT_MILLIS = 5000;

  private Transfer() {}

  static void of(int length, TestNode from, TestNode to, String address) throws Exception {
    byte[] sent = new byte[length];
    new Random(7).nextBytes(sent);
    var there = InetAddress.getByName(address);
    try (ServerSocket server = to.netns().call(() -> listen(there))) {
      CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> readAll(server));
      try (Socket client = from.netns().call(() -> connect(there, server.getLocalPort()))) {
        client.getOutputStream().write(sent);
      }
      assertThat(received.get()).isEqualTo(sent);
    }
  }

  private static byte[] readAll(ServerSocket server) {
    try (Socket peer = server.accept()) {
      return peer.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ServerSocket listen(InetAddress address) {
    try {
      return new ServerSocket(0, 1, address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Socket connect(InetAddress address, int port) {
    try {
      var socket = new Socket();
      socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
