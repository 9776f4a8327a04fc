package io.margay.tunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.tunnel.wire.TcpPackets.Tcp;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TooBigTest {
  private static final int TO = 4096;

  @Test
  void theMessageQuotesThePacketAndSaysWhatFits() {
    ByteBuffer bytes = memory();
    bytes.put(1, (byte) 0xb9);
    int length = new TooBig(bytes).write(0, 300, 1280, TO);
    assertThat(length).isEqualTo(328);
    byte[] message = new byte[length];
    bytes.get(TO, message);
    assertThat(Hex.of(message).substring(0, 40))
        .as("IP header: TOS, length, TTL and ICMP, source left to the kernel, to the sender")
        .isEqualTo("45d80148" + "00000000" + "40010000" + "00000000" + "0af40101");
    assertThat(Hex.of(message).substring(40, 44)).as("type and code").isEqualTo("0304");
    assertThat(Hex.of(message).substring(48, 56)).as("MTU").isEqualTo("00000500");
    assertThat(TcpPackets.sum(message, 20, length - 20)).isEqualTo(0xffff);
    byte[] quoted = new byte[300];
    bytes.get(0, quoted);
    assertThat(Hex.of(message).substring(56)).isEqualTo(Hex.of(quoted));
  }

  @Test
  void itIsNeverLongerThanAnyHostTakes() {
    ByteBuffer bytes = memory();
    assertThat(new TooBig(bytes).write(0, 1400, 1280, TO)).isEqualTo(TooBig.LONGEST);
  }

  record Case(String name, int length, Consumer<ByteBuffer> doing, boolean told) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() {
    return List.of(
        new Case("TCP", 300, _ -> {}, true),
        new Case("a first fragment", 300, b -> b.putShort(6, (short) 0x2000), true),
        new Case("a later fragment", 300, b -> b.putShort(6, (short) 0x2001), false),
        new Case("no sender", 300, b -> b.putInt(12, 0), false),
        new Case("a sender on loopback", 300, b -> b.put(12, (byte) 127), false),
        new Case("many senders", 300, b -> b.put(12, (byte) 239), false),
        new Case("no 8 bytes behind the header", 27, _ -> {}, false),
        new Case("an echo", 300, b -> icmp(b, 8), true),
        new Case("an echo's answer", 300, b -> icmp(b, 0), true),
        new Case("unreachable", 300, b -> icmp(b, 3), false),
        new Case("redirect", 300, b -> icmp(b, 5), false),
        new Case("time exceeded", 300, b -> icmp(b, 11), false),
        new Case("parameter problem", 300, b -> icmp(b, 12), false),
        new Case("an unknown type", 300, b -> icmp(b, 200), true));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void errorsAndStrangersAreNotAnswered(Case c) {
    ByteBuffer bytes = memory();
    c.doing.accept(bytes);
    assertThat(new TooBig(bytes).isToBeTold(0, c.length)).isEqualTo(c.told);
  }

  private static void icmp(ByteBuffer bytes, int type) {
    bytes.put(9, (byte) 1).put(20, (byte) type);
  }

  private static ByteBuffer memory() {
    return ByteBuffer.allocate(2 * TO).put(0, new Tcp(1, TcpPackets.ACK, 1400).bytes());
  }
}
