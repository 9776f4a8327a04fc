package io.margay.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.nlmsg.RequestBytes;
import io.margay.kernel.rtnl.LinkRequest;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers to whole blocks, as the kernel gives them. */
class AckReceiverTest {
  private static final int NO_DEVICE = 99_999;
  private static final int LOOPBACK = 1;

  private final AckReceiver receiver = new AckReceiver();
  private final ByteBuffer buffer = Libc.buffer(RequestBytes.CAPACITY);
  private TestNetns host;
  private NetlinkSocket socket;

  @BeforeEach
  void open() {
    host = TestNetns.create();
    socket = host.netns().call(() -> NetlinkSocket.open(NetlinkSocket.ROUTE));
  }

  @AfterEach
  void close() {
    socket.close();
    host.close();
  }

  @Test
  void answersToLaterBlocksAreKeptForThem() {
    RequestBlock first = block(1, 300, i -> i % 50 == 7);
    RequestBlock second = block(2, 300, i -> i >= 290);
    RequestBlock third = block(3, 300, _ -> false);
    for (RequestBlock block : List.of(first, second, third)) {
      send(block);
    }
    for (RequestBlock block : List.of(first, second, third)) {
      receiver.collect(socket.fd(), socket.port(), block);
    }
    assertRefused(first, i -> i % 50 == 7);
    assertRefused(second, i -> i >= 290);
    assertRefused(third, _ -> false);
  }

  /** More refusals than are received in one call, each in the kernel's words. */
  @Test
  void everyOneOfABlockMayBeRefused() {
    RequestBlock block = block(1, RequestBlock.MAX_REQUESTS, _ -> true);
    send(block);
    receiver.collect(socket.fd(), socket.port(), block);
    assertRefused(block, _ -> true);
    var nowhere = new Ip4(0xc0000201);
    var without = new RequestBlock();
    without.clear(5000);
    without.add(
        new RouteRequest.Create(
            RouteEntry.unicast(Prefix.of("10.9.0.0/26"), 80, NextHop.via(nowhere, LOOPBACK))));
    without.add(new LinkRequest.DeleteNamed("nosuch"));
    send(without);
    receiver.collect(socket.fd(), socket.port(), without);
    assertThat(without.answer(0)).hasToString("ENETUNREACH (Nexthop has invalid gateway)");
    assertThat(without.answer(1).is(Errno.ENODEV)).isTrue();
  }

  /** What the kernel did is not known then: nothing counts as done, and nobody waits for ever. */
  @Test
  void blocksWhoseAnswersWereLostAreRefusedWhole() {
    int least = 2304;
    Libc.setOption(socket.fd(), Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, least);
    var pipeline = new BlockPipeline(socket.fd(), socket.port());
    RequestBlock first = block(1, 200, _ -> true);
    RequestBlock second = block(2, 200, _ -> false);
    pipeline.add(first);
    pipeline.add(second);
    assertThatThrownBy(pipeline::awaitAll)
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("ENOBUFS");
    assertThat(first.answer(150).is(Errno.ENOBUFS)).isTrue();
    assertThat(second.answer(0).is(Errno.ENOBUFS)).isTrue();
    pipeline.awaitAll();

    RequestBlock next = block(3, 2, i -> i == 0);
    pipeline.execute(next, buffer);
    assertRefused(next, i -> i == 0);
    pipeline.end();
  }

  private RequestBlock block(int number, int requests, IntPredicate bad) {
    var block = new RequestBlock();
    block.clear(number * RequestBlock.MAX_REQUESTS);
    for (int i = 0; i < requests; i++) {
      Prefix to = new Ip4(0x0a000000 + number * RequestBlock.MAX_REQUESTS + i).asPrefix();
      NextHop hop = NextHop.device(bad.test(i) ? NO_DEVICE : LOOPBACK);
      block.add(new RouteRequest.Create(RouteEntry.unicast(to, 80, hop)));
    }
    return block;
  }

  private void send(RequestBlock block) {
    block.bytes().copyTo(buffer);
    Libc.send(socket.fd(), buffer);
  }

  private static void assertRefused(RequestBlock block, IntPredicate bad) {
    for (int i = 0; i < block.count(); i++) {
      assertThat(block.answer(i).isOk()).as("request %d", i).isEqualTo(!bad.test(i));
    }
  }
}
