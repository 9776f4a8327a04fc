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
