package io.margay.tunnel.wire;

import java.nio.ByteBuffer;

/** Makes packets, with checksums that are summed word by word. */
final class TcpPackets {
  static final int ACK = 0x10;
  static final int PSH = 0x08;

  private TcpPackets() {}

  /**
   * What a TCP segment is made of, in a packet from 10.244.1.1 to 10.244.2.1 with DF.
   *
   * @param options bytes of TCP's options, a multiple of four
   * @param payload its bytes
   */
  record Tcp(int port, int sequence, int flags, int identification, int options, int payload) {
    Tcp(int sequence, int flags, int payload) {
      this(50_000, sequence, flags, 7, 12, payload);
    }

    byte[] bytes() {
      int header = 20 + options;
      ByteBuffer packet = ByteBuffer.allocate(20 + header + payload);
      packet.put(0, (byte) 0x45).putShort(2, (short) packet.capacity());
      packet.putShort(4, (short) identification).putShort(6, (short) 0x4000);
      packet.put(8, (byte) 64).put(9, (byte) 6);
      packet.putInt(12, 0x0af40101).putInt(16, 0x0af40201);
      packet.putShort(20, (short) port).putShort(22, (short) 5201);
      packet.putInt(24, sequence).putInt(28, 99);
      packet.put(32, (byte) (header << 2)).put(33, (byte) flags).putShort(34, (short) 501);
      for (int i = 0; i < payload; i++) {
        packet.put(20 + header + i, (byte) ((sequence + i) * 31));
      }
      return finished(packet.array());
    }
  }

  /** The packet with its checksums made right. */
  static byte[] finished(byte[] bytes) {
    ByteBuffer packet = ByteBuffer.wrap(bytes);
    packet.putShort(10, (short) 0).putShort(36, (short) 0);
    packet.putShort(10, (short) ~sum(bytes, 0, 20));
    int length = bytes.length - 20;
    int sum = sum(bytes, 20, length) + sum(bytes, 12, 8) + 6 + length;
    packet.putShort(36, (short) ~((sum & 0xffff) + (sum >>> 16)));
    return bytes;
  }

  /** Ones' complement sum. */
  static int sum(byte[] bytes, int at, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      int value = bytes[at + i] & 0xff;
      sum += i % 2 == 0 ? value << 8 : value;
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }
}
