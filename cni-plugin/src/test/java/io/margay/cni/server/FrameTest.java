package io.margay.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.cni.protocol.Answer;
import io.margay.cni.protocol.RawCall;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {
  record Case(String bytes, RawCall expected) {}

  static Stream<Case> calls() {
    return Stream.of(
        new Case(
            "calico\0CNI_COMMAND=ADD\0CNI_ARGS=A=1;B=2\0\0{}",
            new RawCall("calico", Map.of("CNI_COMMAND", "ADD", "CNI_ARGS", "A=1;B=2"), "{}")),
        new Case("calico-node\0\0", new RawCall("calico-node", Map.of(), "")),
        new Case("\0without\0=\0\0x\0y", new RawCall("", Map.of(), "x\0y")));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void readsCalls(Case c) {
    assertThat(Frame.decode(bytes(c.bytes))).contains(c.expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "calico", "calico\0A=1", "calico\0A=1\0"})
  void callWithoutItsEmptyTextIsNone(String bytes) {
    assertThat(Frame.decode(bytes(bytes))).isEmpty();
  }

  @Test
  void anyBytesAreReadOrNot() {
    var random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      var bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      assertThat(Frame.decode(ByteBuffer.wrap(bytes))).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000", "ffffffff", "7fffffff", "00000005 00", ""})
  void badLengthsAreRefused(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    var channel = Channels.newChannel(new ByteArrayInputStream(bytes));
    assertThatThrownBy(() -> Frame.readCall(channel)).isInstanceOf(IOException.class);
  }

  @Test
  void answerIsLengthExitCodeAndText() throws IOException {
    var out = new ByteArrayOutputStream();
    Frame.write(Channels.newChannel(out), Answer.bad("né"));
    assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo("00000004" + "01" + "6ec3a9");
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
