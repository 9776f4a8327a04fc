package io.margay.tunnel.forwarder;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/**
 * Bytes by TCP between programs, and what they were: {@code send ADDRESS PORT COUNT} or {@code take
 * PORT} prints their number and SHA-256. Needs the JDK alone: it runs on nodes that have little.
 */
public final class SummedBytes {
  private static final int BLOCK = 1 << 16;
  private static final int SEED = 7;

  private long count;
  private final MessageDigest digest = MessageDigest.getInstance("SHA-256");

  private SummedBytes() throws NoSuchAlgorithmException {}

  public static void main(String[] args) throws Exception {
    var sum = new SummedBytes();
    if (args[0].equals("send")) {
      try (var socket = new Socket(args[1], Integer.parseInt(args[2]))) {
        sum.send(socket.getOutputStream(), Long.parseLong(args[3]));
      }
    } else {
      try (var server = new ServerSocket(Integer.parseInt(args[1]));
          Socket peer = server.accept()) {
        sum.take(peer.getInputStream());
      }
    }
    System.out.println(sum.count + " " + HexFormat.of().formatHex(sum.digest.digest()));
  }

  private void send(OutputStream out, long bytes) throws IOException {
    var random = new Random(SEED);
    var block = new byte[BLOCK];
    while (count < bytes) {
      random.nextBytes(block);
      int length = (int) Math.min(BLOCK, bytes - count);
      out.write(block, 0, length);
      add(block, length);
    }
  }

  private void take(InputStream in) throws IOException {
    var block = new byte[BLOCK];
    for (int length = in.read(block); length >= 0; length = in.read(block)) {
      add(block, length);
    }
  }

  private void add(byte[] block, int length) {
    digest.update(block, 0, length);
    count += length;
  }
}
