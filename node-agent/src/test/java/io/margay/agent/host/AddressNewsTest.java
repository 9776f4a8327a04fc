package io.margay.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.Plans;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.time.VirtualTime;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.route.target.KernelWatch;
import io.margay.route.view.KernelView;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AddressNewsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  /** In the network of eth0, which is device 2. */
  private static final Ip FLAT = Ip.of("172.30.1.200");

  private static final Ip FLAT6 = Ip.of("fd00:30:1::200");
  private static final Ip ROUTED = Ip.of("10.244.1.5");

  private final VirtualTime time = new VirtualTime();
  private final List<String> sent = new ArrayList<>();

  /** Addresses whose routes are not there yet. */
  private final Set<Ip> unrouted = new HashSet<>();

  private boolean broken;

  private final AddressNews news =
      new AddressNews(
          (_, key, _) -> !unrouted.contains(key.destination().address()),
          this::send,
          SegmentsTest::view,
          name -> !name.startsWith("cali"),
          time);

  private void send(int interfaceIndex, ByteBuffer frame) {
    if (broken) {
      throw new KernelException("send", Errno.ENETDOWN);
    }
    sent.add(interfaceIndex + (frame.getShort(12) == 0x0806 ? " ARP" : " NA"));
  }

  private List<String> sentBy(Duration step) throws InterruptedException {
    time.advance(step);
    sent.clear();
    news.turn();
    return List.copyOf(sent);
  }

  private List<String> sentNow() throws InterruptedException {
    return sentBy(Duration.ZERO);
  }

  @Test
  void whatWasThereBeforeTheFirstPlanIsNoNews() throws InterruptedException {
    news.planned(Plans.ofPods(1, Map.of(FLAT, "cali1")));
    assertThat(sentNow()).isEmpty();
    news.planned(Plans.ofPods(2, Map.of(FLAT, "cali1")));
    assertThat(sentNow()).isEmpty();
  }

  @Test
  void anAddressThatComesIsToldTwiceTwoSecondsApart() throws InterruptedException {
    news.planned(Plans.ofPods(1, Map.of()));
    news.planned(Plans.ofPods(2, Map.of(FLAT, "cali1", ROUTED, "cali2")));
    assertThat(sentNow()).containsExactly("2 ARP");
    assertThat(sentBy(Duration.ofMillis(1999))).isEmpty();
    assertThat(sentBy(Duration.ofMillis(1))).containsExactly("2 ARP");
    assertThat(sentBy(LONG)).isEmpty();
  }

  @Test
  void anIpv6AddressIsToldThreeTimesASecondApart() throws InterruptedException {
    news.planned(Plans.ofPods(1, Map.of()));
    news.planned(Plans.ofPods(2, Map.of(FLAT6, "cali1")));
    assertThat(sentNow()).containsExactly("2 NA");
    assertThat(sentBy(Duration.ofSeconds(1))).containsExactly("2 NA");
    assertThat(sentBy(Duration.ofSeconds(1))).containsExactly("2 NA");
    assertThat(sentBy(LONG)).isEmpty();
  }

  @Test
  void anAddressThatIsBehindAnotherPodIsToldAnew() throws InterruptedException {
    news.planned(Plans.ofPods(1, Map.of(FLAT, "cali1")));
    news.planned(Plans.ofPods(2, Map.of(FLAT, "cali2")));
    assertThat(sentNow()).containsExactly("2 ARP");
  }

  @Test
  void anAddressThatLeftIsToldNoMore() throws InterruptedException {
    news.planned(Plans.ofPods(1, Map.of()));
    news.planned(Plans.ofPods(2, Map.of(FLAT, "cali1")));
    assertThat(sentNow()).hasSize(1);
    news.planned(Plans.ofPods(3, Map.of()));
    assertThat(sentBy(LONG)).isEmpty();
  }

  @Test
  void theRouteComesFirst() throws InterruptedException {
    unrouted.add(FLAT);
    news.planned(Plans.ofPods(1, Map.of()));
    news.planned(Plans.ofPods(2, Map.of(FLAT, "cali1", FLAT6, "cali1")));
    assertThat(sentNow()).containsExactly("2 NA");
    unrouted.clear();
    assertThat(sentBy(Duration.ofMillis(999))).isEmpty();
    assertThat(sentBy(Duration.ofMillis(1))).containsExactlyInAnyOrder("2 ARP", "2 NA");
  }

  @Test
  void aFrameThatCannotBeSentIsTriedWithTheNext() throws InterruptedException {
    broken = true;
    news.planned(Plans.ofPods(1, Map.of()));
    news.planned(Plans.ofPods(2, Map.of(FLAT, "cali1")));
    assertThat(sentNow()).isEmpty();
    broken = false;
    assertThat(sentBy(Duration.ofSeconds(2))).containsExactly("2 ARP");
  }

  /** A router that had the addresses behind another node sends to this one, without asking. */
  @Test
  void aRoutersCacheFollows() throws InterruptedException {
    var view = new AtomicReference<>(KernelView.EMPTY);
    try (var node = TestNetns.create();
        var router = TestNetns.create()) {
      node.ip("link add eth0 type veth peer name eth0 netns " + router.name());
      node.ip("link set eth0 up");
      router.ip("link set eth0 up");
      node.ip("addr add 172.30.1.9/24 dev eth0");
      node.ip("addr add fd00:30:1::9/64 dev eth0 nodad");
      router.ip("addr add 172.30.1.1/24 dev eth0");
      router.ip("addr add fd00:30:1::1/64 dev eth0 nodad");
      for (Ip address : List.of(FLAT, FLAT6)) {
        router.ip("neigh add " + address + " lladdr 02:00:00:00:00:99 dev eth0 nud reachable");
      }
      try (KernelWatch _ =
          KernelWatch.start(node.netns(), 0, new Listener(view), System::nanoTime)) {
        var announcing =
            new AddressNews(
                (_, _, _) -> true,
                (index, frame) ->
                    node.netns()
                        .call(() -> {
                          AddressNews.sendByKernel(index, frame);
                          return index;
                        }),
                view::get,
                name -> name.equals("eth0"),
                System::nanoTime);
        awaitTrue(() ->
            !Segments.around(FLAT, view.get(), _ -> true).isEmpty()
                && !Segments.around(FLAT6, view.get(), _ -> true).isEmpty());
        announcing.start();
        announcing.planned(Plans.ofPods(1, Map.of()));
        announcing.planned(Plans.ofPods(2, Map.of(FLAT, "cali1", FLAT6, "cali1")));
        String mac = node.ip("-br link show eth0").split("\\s+", -1)[2];
        for (Ip address : List.of(FLAT, FLAT6)) {
          awaitTrue(() -> router.ip("neigh show " + address).contains("lladdr " + mac));
        }
        announcing.stop();
      }
    }
  }

  private interface Check {
    boolean holds();
  }

  private static void awaitTrue(Check check) throws InterruptedException {
    long end = System.nanoTime() + LONG.toNanos();
    while (!check.holds()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(20);
    }
  }

  private record Listener(AtomicReference<KernelView> last) implements KernelWatch.Listener {
    @Override
    public void changed(List<RtnlEvent> events) {}

    @Override
    public void view(KernelView view) {
      last.set(view);
    }
  }
}
