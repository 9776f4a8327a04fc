package io.margay.kernel.socket;

import io.margay.kernel.socket.SocketFilter.Instruction;
import java.nio.ByteBuffer;

/** Runs a filter over bytes as the kernel does, as far as our filters go; no network offsets. */
final class FilterMachine {
  private final ByteBuffer packet;
  private final int[] memory = new int[16];
  private int a;
  private int x;

  private FilterMachine(byte[] packet) {
    this.packet = ByteBuffer.wrap(packet);
  }

  /** What the filter answers, unsigned in an int. */
  static int run(SocketFilter filter, byte[] packet) {
    return new FilterMachine(packet).run(filter);
  }

  private int run(SocketFilter filter) {
    try {
      for (int at = 0; ; at++) {
        Instruction i = filter.instructions().get(at);
        switch (i.code()) {
          case 0x06 -> {
            return i.value();
          }
          case 0x16 -> {
            return a;
          }
          case 0x15 -> at += a == i.value() ? i.ifTrue() : i.ifFalse();
          case 0x35 -> at += Integer.compareUnsigned(a, i.value()) >= 0 ? i.ifTrue() : i.ifFalse();
          case 0x3d -> at += Integer.compareUnsigned(a, x) >= 0 ? i.ifTrue() : i.ifFalse();
          case 0x45 -> at += (a & i.value()) != 0 ? i.ifTrue() : i.ifFalse();
          default -> step(i.code(), i.value());
        }
      }
    } catch (IndexOutOfBoundsException e) {
      return 0;
    }
  }

  private void step(int code, int value) {
    switch (code) {
      case 0x00 -> a = value;
      case 0x40 -> a = packet.getInt(x + value);
      case 0x48 -> a = packet.getShort(x + value) & 0xffff;
      case 0x50 -> a = packet.get(x + value) & 0xff;
      case 0x80 -> a = packet.capacity();
      case 0x60 -> a = memory[value];
      case 0x02 -> memory[value] = a;
      case 0xb1 -> x = (packet.get(value) & 15) * 4;
      case 0x61 -> x = memory[value];
      case 0x03 -> memory[value] = x;
      case 0x07 -> x = a;
      case 0x0c -> a += x;
      case 0x1c -> a -= x;
      case 0xac -> a ^= x;
      case 0x14 -> a -= value;
      case 0x24 -> a *= value;
      case 0x94 -> a = Integer.remainderUnsigned(a, value);
      case 0x54 -> a &= value;
      case 0x64 -> a <<= value;
      case 0x74 -> a >>>= value;
      default -> throw new AssertionError("code " + code);
    }
  }
}
