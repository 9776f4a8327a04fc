package io.margay.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.nlmsg.Nlm;
import io.margay.kernel.nlmsg.RequestBytes;
import io.margay.kernel.nlmsg.RequestTemplate;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestBlockTest {
  private static final Prefix BLOCK = Prefix.of("10.65.1.0/26");
  private static final int BLOCK_BITS = 0x0a410100;

  private final RequestBlock block = new RequestBlock();

  @BeforeEach
  void begin() {
    block.clear(4711);
  }

  @Test
  void itTakesAThousandSmallRequests() {
    for (int i = 0; i < RequestBlock.MAX_REQUESTS; i++) {
      assertThat(block.hasRoom()).as("after %d", i).isTrue();
      block.add(new RouteRequest.Create(via(1)));
    }
    assertThat(block.hasRoom()).isFalse();
    assertThat(block.count()).isEqualTo(1000);
    assertThat(block.bytes().first()).isEqualTo(4711);
  }

  @Test
  void itHasNoRoomWhenALargeRequestMightNotFit() {
    var legs = Collections.nCopies(RouteEntry.MAX_NEXT_HOPS, NextHop.device(1));
    var wide = RouteEntry.unicast(BLOCK, 12, legs.toArray(NextHop[]::new));
    int taken = 0;
    while (block.hasRoom()) {
      block.add(new RouteRequest.Create(wide));
      taken++;
    }
    assertThat(taken).isBetween(2, 20);
  }

  @Test
  void aRequestAndItsTemplateAreTheSameBytes() {
    var other = new RouteRequest.Create(RouteEntry.unicast(Prefix.of("192.0.2.0/25"), 12, hop(1)));
    block.add(new RouteRequest.Create(via(1)));
    block.add(other.template(), 0, BLOCK_BITS, BLOCK.length());
    assertBothAreTheSame();
  }

  @Test
  void soTheyAreOfIpv6() {
    NextHop hop = NextHop.via(Ip.of("2001:db8::9"), 1);
    var other = new RouteRequest.Create(RouteEntry.unicast(Prefix.of("fd00::/64"), 12, hop));
    var wanted = RouteEntry.unicast(Prefix.of("2001:db8:0:1:8000::100/122"), 12, hop);
    block.add(new RouteRequest.Create(wanted));
    block.add(other.template(), 0x20010db800000001L, 0x8000000000000100L, 122);
    assertBothAreTheSame();
  }

  /** Two requests, but for what tells them apart. */
  private void assertBothAreTheSame() {
    ByteBuffer bytes = Libc.buffer(RequestBytes.CAPACITY);
    block.bytes().copyTo(bytes);
    byte[] first = new byte[bytes.limit() / 2];
    byte[] second = new byte[first.length];
    bytes.get(first).get(second);
    assertThat(flags(second) & ~flags(first)).isEqualTo(Nlm.ACK);
    second[Nlm.FLAGS_AT] = first[Nlm.FLAGS_AT];
    second[Nlm.FLAGS_AT + 1] = first[Nlm.FLAGS_AT + 1];
    int sequenceAt = 8;
    assertThat(second[sequenceAt] - first[sequenceAt]).isEqualTo(1);
    second[sequenceAt] = first[sequenceAt];
    assertThat(second).isEqualTo(first);
  }

  @Test
  void onlyTheLastAsksForAnAnswer() {
    RequestTemplate template = new RouteRequest.Create(via(2)).template();
    ByteBuffer bytes = Libc.buffer(RequestBytes.CAPACITY);
    for (int i = 0; i < 4; i++) {
      if (i % 2 == 0) {
        block.add(new RouteRequest.Create(via(1)));
      } else {
        block.add(template, 0, BLOCK_BITS, BLOCK.length());
      }
      block.bytes().copyTo(bytes);
      assertThat(acksAskedFor(bytes)).as("of %d", i + 1).containsExactly(4711 + i);
    }
  }

  @Test
  void whatIsNotRefusedWasDone() {
    for (int i = 0; i < 3; i++) {
      block.add(new RouteRequest.Create(via(1)));
    }
    block.refused(1, new Ack.Refused(Errno.EEXIST, ""));
    assertThat(block.answer(0).isOk()).isTrue();
    assertThat(block.answer(1).is(Errno.EEXIST)).isTrue();
    assertThat(block.answer(2).isOk()).isTrue();
    block.clear(1);
    assertThat(block.count()).isZero();
    block.add(new RouteRequest.Create(via(1)));
    assertThat(block.answer(0).isOk()).as("answers are of one send").isTrue();
  }

  @Test
  void whatCouldNotBeSentIsRefusedWhole() {
    block.add(new RouteRequest.Create(via(1)));
    block.add(new RouteRequest.Create(via(2)));
    block.refusedWhole(Errno.ENOBUFS);
    assertThat(block.answer(0)).hasToString("ENOBUFS");
    assertThat(block.answer(1).is(Errno.ENOBUFS)).isTrue();
    block.clear(1);
    assertThat(block.isSound()).isTrue();
  }

  /** The numbers of the requests that ask for one. */
  private static List<Integer> acksAskedFor(ByteBuffer bytes) {
    var numbers = new ArrayList<Integer>();
    for (int at = 0; at < bytes.limit(); at += Nlm.align(bytes.getInt(at))) {
      if ((bytes.getShort(at + Nlm.FLAGS_AT) & Nlm.ACK) != 0) {
        numbers.add(bytes.getInt(at + 8));
      }
    }
    return numbers;
  }

  private static int flags(byte[] message) {
    return ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).getShort(Nlm.FLAGS_AT);
  }

  private static RouteEntry via(int device) {
    return RouteEntry.unicast(BLOCK, 12, hop(device));
  }

  private static NextHop hop(int device) {
    return NextHop.device(device);
  }
}
