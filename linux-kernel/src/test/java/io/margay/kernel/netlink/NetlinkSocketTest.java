package io.margay.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.nlmsg.Request;
import io.margay.kernel.rtnl.LinkRequest;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The socket itself; what is said over it is shown by the tests of {@link Rtnl}. */
class NetlinkSocketTest {
  private TestNetns host;

  @BeforeEach
  void open() {
    host = TestNetns.create();
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void anOptionThatTheKernelDoesNotHaveIsDoneWithout() {
    try (Fd fd =
        Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, NetlinkSocket.ROUTE)) {
      int strictChecks = 12;
      int noneYet = 250;
      assertThat(NetlinkSocket.prefer(fd, strictChecks)).isTrue();
      assertThat(NetlinkSocket.prefer(fd, noneYet)).isFalse();
    }
    try (Fd counter = Libc.eventFd()) {
      assertThatThrownBy(() -> NetlinkSocket.prefer(counter, 12))
          .as("no socket at all")
          .isInstanceOf(KernelException.class);
    }
  }

  @Test
  void eachOfManyRequestsHasItsOwnAnswerInItsPlace() {
    try (Rtnl rtnl = Rtnl.in(host.netns())) {
      int lo = rtnl.link("lo").orElseThrow().index();
      int badEvery = 500;
      var requests = new ArrayList<Request>();
      for (int i = 0; i < 2500; i++) {
        Prefix to = new Ip4(0x0a000000 + i).asPrefix();
        int device = i % badEvery == badEvery - 1 ? 99_999 : lo;
        requests.add(new RouteRequest.Replace(RouteEntry.unicast(to, 80, NextHop.device(device))));
      }
      List<Ack> acks = rtnl.apply(requests);
      assertThat(acks).hasSize(requests.size());
      for (int i = 0; i < acks.size(); i++) {
        boolean good = i % badEvery != badEvery - 1;
        assertThat(acks.get(i).isOk()).as("%s: %s", requests.get(i), acks.get(i)).isEqualTo(good);
      }
      assertThat(rtnl.routes(Family.IPV4, RouteEntry.TABLE_MAIN, 80).entries()).hasSize(2495);
    }
  }

  /**
   * As a large batch of routes is sent: some blocks are written while others are with the kernel.
   */
  @Test
  void blocksUnderWayKeepTheirOrderAndTheirAnswers() {
    try (Rtnl rtnl = Rtnl.in(host.netns())) {
      int lo = rtnl.link("lo").orElseThrow().index();
      var blocks = List.of(new RequestBlock(), new RequestBlock(), new RequestBlock());
      int perBlock = 300;
      for (int round = 0; round < 10; round++) {
        RequestBlock block = blocks.get(round % blocks.size());
        rtnl.await(block);
        assertRefusedOnly(block, round < blocks.size() ? -1 : round - blocks.size());
        rtnl.begin(block);
        for (int i = 0; i < perBlock; i++) {
          int device = i == round ? 99_999 : lo;
          Prefix to = new Ip4(0x0a000000 + round * perBlock + i).asPrefix();
          block.add(new RouteRequest.Create(RouteEntry.unicast(to, 80, NextHop.device(device))));
        }
        rtnl.send(block);
      }
      // What is asked now waits for all of them, and has its own answer.
      assertThat(rtnl.routes(Family.IPV4, RouteEntry.TABLE_MAIN, 80).entries())
          .hasSize(10 * perBlock - 10);
      for (int round = 7; round < 10; round++) {
        assertRefusedOnly(blocks.get(round % blocks.size()), round);
      }
    }
  }

  private static void assertRefusedOnly(RequestBlock block, int request) {
    for (int i = 0; i < block.count(); i++) {
      assertThat(block.answer(i).is(Errno.ENODEV)).as("request %d", i).isEqualTo(i == request);
    }
  }

  @Test
  void aBlockAloneNeedsNoOtherThread() {
    try (Rtnl rtnl = Rtnl.in(host.netns())) {
      var block = new RequestBlock();
      for (int round = 0; round < 2; round++) {
        rtnl.begin(block);
        block.add(new LinkRequest.DeleteNamed("nosuch"));
        rtnl.execute(block);
        assertThat(block.answer(0).is(Errno.ENODEV)).isTrue();
      }
    }
  }

  @Test
  void aSocketIsClosedBehindWhatItWasGiven() {
    var block = new RequestBlock();
    try (Rtnl rtnl = Rtnl.in(host.netns())) {
      int lo = rtnl.link("lo").orElseThrow().index();
      rtnl.begin(block);
      Prefix to = Prefix.of("10.65.1.0/26");
      block.add(new RouteRequest.Create(RouteEntry.unicast(to, 80, NextHop.device(lo))));
      rtnl.send(block);
    }
    assertThat(host.ip("route show 10.65.1.0/26")).isNotEmpty();
  }

  @Test
  void whatCannotBeSentIsRefused() {
    int notASocket = 88;
    try (Fd counter = Libc.eventFd()) {
      var pipeline = new BlockPipeline(counter, 1);
      var sent = new RequestBlock();
      sent.clear(1);
      sent.add(new LinkRequest.DeleteNamed("nosuch"));
      pipeline.add(sent);
      pipeline.await(sent);
      assertThat(sent.answer(0).is(notASocket)).isTrue();
      pipeline.end();
    }
  }

  @Test
  void aRefusalNamesTheRequestAndTheKernelsReason() {
    try (Rtnl rtnl = Rtnl.in(host.netns())) {
      assertThat(rtnl.link("nosuch")).isEmpty();
      var request = new LinkRequest.DeleteNamed("nosuch");
      assertThat(rtnl.apply(request).is(Errno.ENODEV)).isTrue();
      assertThatThrownBy(() -> rtnl.run(request))
          .isInstanceOf(KernelException.class)
          .hasMessageStartingWith("link del nosuch: ENODEV");
    }
  }

  @Test
  void aSocketStaysInTheNamespaceThatItWasOpenedIn() {
    host.device("eth7");
    try (Rtnl there = Rtnl.in(host.netns());
        Rtnl here = Rtnl.open()) {
      assertThat(there.link("eth7")).isPresent();
      assertThat(here.link("eth7")).isEmpty();
      assertThat(there.port()).isNotEqualTo(0);
    }
  }
}
