package io.margay.kernel.netlink;

import io.margay.kernel.rtnl.LinkRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Datagrams of the kernel as answers to a block of three requests, numbered from 7 on, that port 9
 * has sent. The first byte is where the second datagram begins.
 */
public final class BlockAnswersFuzz {
  static final int FIRST = 7;
  static final int REQUESTS = 3;
  static final int PORT = 9;

  private BlockAnswersFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.nativeOrder());
    int cut = Math.min(input.length, 1 + (input[0] & 0xff));
    RequestBlock block = block();
    var answers = new BlockAnswers();
    check(answers, block, in, 1, cut - 1);
    check(answers, block, in, cut, input.length - cut);
  }

  static RequestBlock block() {
    var block = new RequestBlock();
    block.clear(FIRST);
    for (int i = 0; i < REQUESTS; i++) {
      block.add(new LinkRequest.DeleteNamed("eth" + i));
    }
    return block;
  }

  private static void check(
      BlockAnswers answers, RequestBlock block, ByteBuffer in, int at, int length) {
    boolean through = answers.take(block, in, at, length, PORT);
    boolean isLast = length >= 20 && in.getInt(at + 8) == FIRST + REQUESTS - 1;
    if (through && !isLast) {
      throw new AssertionError("through with the block without an answer to its last request");
    }
    if (through && in.getInt(at + 16) != 0 && block.answer(REQUESTS - 1).isOk()) {
      throw new AssertionError("a refusal is taken for done");
    }
  }
}
