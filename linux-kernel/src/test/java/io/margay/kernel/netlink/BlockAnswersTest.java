package io.margay.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.nlmsg.Nlm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockAnswersTest {
  private static final int FIRST = BlockAnswersFuzz.FIRST;
  private static final int LAST = FIRST + BlockAnswersFuzz.REQUESTS - 1;
  private static final int PORT = BlockAnswersFuzz.PORT;

  private final BlockAnswers answers = new BlockAnswers();
  private final RequestBlock block = BlockAnswersFuzz.block();

  @Test
  void theLastOnesAnswerSaysThatTheOthersAreDone() {
    assertThat(take(answer(Nlm.ERROR, LAST, PORT, 0))).isTrue();
    for (int i = 0; i < BlockAnswersFuzz.REQUESTS; i++) {
      assertThat(block.answer(i).isOk()).as("request %d", i).isTrue();
    }
  }

  @Test
  void aRefusalInTheMiddleIsTheOneOfThatRequest() {
    assertThat(take(answer(Nlm.ERROR, FIRST + 1, PORT, Errno.EEXIST))).isFalse();
    assertThat(take(answer(Nlm.ERROR, LAST, PORT, 0))).isTrue();
    assertThat(block.answer(0).isOk()).isTrue();
    assertThat(block.answer(1).is(Errno.EEXIST)).isTrue();
    assertThat(block.answer(2).isOk()).isTrue();
  }

  @Test
  void aRefusalOfTheLastIsAnAnswerToo() {
    assertThat(take(answer(Nlm.ERROR, LAST, PORT, Errno.ESRCH))).isTrue();
    assertThat(block.answer(1).isOk()).isTrue();
    assertThat(block.answer(2).is(Errno.ESRCH)).isTrue();
  }

  @Test
  void whatIsNoAnswerToThisBlockIsPassedOver() {
    assertThat(take(answer(Nlm.ERROR, LAST + 1, PORT, Errno.EEXIST))).isFalse();
    assertThat(take(answer(Nlm.ERROR, FIRST - 1, PORT, Errno.EEXIST))).isFalse();
    assertThat(take(answer(Nlm.ERROR, LAST, PORT + 1, 0))).as("another socket's").isFalse();
    assertThat(take(answer(Nlm.DONE, LAST, PORT, 0))).as("the end of a dump").isFalse();
    byte[] cut = Arrays.copyOf(answer(Nlm.ERROR, LAST, PORT, 0), 19);
    assertThat(take(cut)).as("cut short").isFalse();
    for (int i = 0; i < BlockAnswersFuzz.REQUESTS; i++) {
      assertThat(block.answer(i).isOk()).isTrue();
    }
  }

  /** No datagram makes it throw, or end a block whose last request has no answer. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noBytesMislead(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 5000; i++) {
      byte[] one = answer(Nlm.ERROR, FIRST + random.nextInt(4), PORT, random.nextInt(3));
      byte[] input = new byte[1 + 2 * one.length];
      input[0] = (byte) one.length;
      System.arraycopy(one, 0, input, 1, one.length);
      System.arraycopy(one, 0, input, 1 + one.length, one.length);
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        input[random.nextInt(input.length)] = (byte) random.nextInt();
      }
      byte[] cut = Arrays.copyOf(input, random.nextInt(input.length + 1));
      try {
        BlockAnswersFuzz.fuzzerTestOneInput(input);
        BlockAnswersFuzz.fuzzerTestOneInput(cut);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ", round " + i, e);
      }
    }
  }

  private boolean take(byte[] datagram) {
    ByteBuffer in = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
    return answers.take(block, in, 0, datagram.length, PORT);
  }

  /** An answer as the kernel writes it when it need not echo the request. */
  private static byte[] answer(int type, int sequence, int port, int errno) {
    ByteBuffer out = ByteBuffer.allocate(36).order(ByteOrder.nativeOrder());
    out.putInt(36).putShort((short) type).putShort((short) Nlm.CAPPED);
    out.putInt(sequence).putInt(port).putInt(-errno);
    return out.array();
  }
}
