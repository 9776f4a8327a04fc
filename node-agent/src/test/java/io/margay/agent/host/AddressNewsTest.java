package io.margay.agent.host;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.Plans;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.time.VirtualTime;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.route.target.KernelWatch;
import io.margay.route.view.KernelView;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
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

  /** Routes that were asked for, with the version. */
  private final List<String> asked = new ArrayList<>();

  /** Devices that take no frame. */
  private final Set<Integer> broken = new HashSet<>();

  /** Happens while the routes are asked for. */
  private Runnable meanwhile = () -> {};

  private final AddressNews news =
      new AddressNews(
          this::there, this::send, SegmentsTest::view, name -> !name.startsWith("cali"), time);

  private Set<FibKey> there(long version, Map<FibKey, FibRoute> wanted) {
    wanted.forEach(
        (key, route) -> asked.add(version + " " + key.destination().address() + " " + route));
    meanwhile.run();
    return wanted.keySet().stream()
        .filter(key -> !unrouted.contains(key.destination().address()))
        .collect(toSet());
  }

  private void send(int interfaceIndex, ByteBuffer frame) {
    if (broken.contains(interfaceIndex)) {
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
    assertThat(news.stats()).isEqualTo(new AddressNews.Stats(2, 0));
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
    assertThat(sentBy(Duration.ofMillis(19))).isEmpty();
    assertThat(sentBy(Duration.ofMillis(1))).containsExactly("2 ARP");
  }

  /** CNI makes a pair whose host end comes up once policy is in force. */
  @Test
  void aPodWhoseInterfaceIsDownIsNoNewsBeforeItsRouteIsPlanned() throws InterruptedException {
    news.planned(Plans.ofPods(1, Map.of()));
    news.planned(Plans.ofDownPods(2, Map.of(FLAT, "cali1")));
    assertThat(sentBy(LONG)).isEmpty();
    assertThat(asked).isEmpty();
    news.planned(Plans.ofPods(3, Map.of(FLAT, "cali1")));
    assertThat(sentNow()).containsExactly("2 ARP");
    assertThat(asked).singleElement().asString().startsWith("3 " + FLAT).contains("cali1");
  }

  @Test
  void aPodThatWasStartingWhenTheAgentDidIsNews() throws InterruptedException {
    news.planned(Plans.ofDownPods(1, Map.of(FLAT, "cali1")));
    news.planned(Plans.ofPods(2, Map.of(FLAT, "cali1")));
    assertThat(sentNow()).containsExactly("2 ARP");
  }

  @Test
  void aPodThatMovesIsNewsWhenItsNewInterfaceIsUp() throws InterruptedException {
    news.planned(Plans.ofPods(1, Map.of(FLAT, "cali1")));
    news.planned(Plans.ofDownPods(2, Map.of(FLAT, "cali2")));
    assertThat(sentBy(LONG)).isEmpty();
    news.planned(Plans.ofPods(3, Map.of(FLAT, "cali2")));
    assertThat(sentNow()).containsExactly("2 ARP");
    assertThat(asked).singleElement().asString().contains("cali2");
  }

  /** Flannel's pods are behind cni0: their interfaces never get a route of ours. */
  @Test
  void aPodThatAnotherPluginServesIsNoNews() throws InterruptedException {
    news.planned(Plans.ofPods(1, Map.of()));
    for (long version = 2; version < 5; version++) {
      news.planned(Plans.ofDownPods(version, Map.of(FLAT, "cali1")));
      assertThat(sentBy(LONG)).isEmpty();
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void anAddressWhoseInterfaceGoesDownIsToldNoMore() throws InterruptedException {
    news.planned(Plans.ofPods(1, Map.of()));
    news.planned(Plans.ofPods(2, Map.of(FLAT, "cali1")));
    assertThat(sentNow()).hasSize(1);
    news.planned(Plans.ofDownPods(3, Map.of(FLAT, "cali1")));
    assertThat(sentBy(LONG)).isEmpty();
  }

  @Test
  void anAddressThatLeavesWhileItsRouteIsAskedForIsNotTold() throws InterruptedException {
    news.planned(Plans.ofPods(1, Map.of()));
    news.planned(Plans.ofPods(2, Map.of(FLAT, "cali1", FLAT6, "cali2")));
    meanwhile = () -> news.planned(Plans.ofPods(3, Map.of(FLAT6, "cali2")));
    assertThat(sentNow()).containsExactly("2 NA");
  }

  /** What was asked for is the route of before. */
  @Test
  void anAddressThatMovesWhileItsRouteIsAskedForIsAskedForAnew() throws InterruptedException {
    news.planned(Plans.ofPods(1, Map.of()));
    news.planned(Plans.ofPods(2, Map.of(FLAT, "cali1")));
    meanwhile = () -> news.planned(Plans.ofPods(3, Map.of(FLAT, "cali2")));
    assertThat(sentNow()).isEmpty();
    assertThat(sentNow()).containsExactly("2 ARP");
    assertThat(asked).hasSize(2).last().asString().startsWith("3 ").contains("cali2");
  }

  @Test
  void lateRoutesAreAskedForWithTheFreshOnesAtOnce() throws InterruptedException {
    var pods = new HashMap<Ip, String>();
    for (int i = 0; i < 50; i++) {
      Ip late = Ip.of("172.30.1." + (100 + i));
      pods.put(late, "cali" + i);
      unrouted.add(late);
    }
    var questions = new AtomicInteger();
    meanwhile = questions::incrementAndGet;
    pods.put(FLAT6, "cali6");
    news.planned(Plans.ofPods(1, Map.of()));
    news.planned(Plans.ofPods(2, pods));
    assertThat(sentNow()).containsExactly("2 NA");
    assertThat(questions).hasValue(1);
  }

  @Test
  void aRouteThatStaysAwayIsAskedForLessAndLess() throws InterruptedException {
    unrouted.add(FLAT);
    news.planned(Plans.ofPods(1, Map.of()));
    news.planned(Plans.ofPods(2, Map.of(FLAT, "cali1")));
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 100; i++) {
        assertThat(sentBy(Duration.ofMillis(10))).isEmpty();
      }
    }
    assertThat(asked).hasSizeBetween(60, 70);
  }

  @Test
  void aFrameThatCannotBeSentIsTriedWithTheNext() throws InterruptedException {
    broken.add(2);
    news.planned(Plans.ofPods(1, Map.of()));
    news.planned(Plans.ofPods(2, Map.of(FLAT, "cali1")));
    assertThat(sentNow()).isEmpty();
    assertThat(news.stats()).isEqualTo(new AddressNews.Stats(0, 1));
    broken.clear();
    assertThat(sentBy(Duration.ofSeconds(2))).containsExactly("2 ARP");
  }

  /** 172.30.1.77 is in the networks of eth0 and of eth2, which is device 5. */
  @Test
  void aLinkThatTakesNoFrameIsSaidOnceWhateverTheOthersDo() throws InterruptedException {
    broken.add(5);
    Ip both = Ip.of("172.30.1.77");
    news.planned(Plans.ofPods(1, Map.of()));
    var lines = new ArrayList<String>();
    Logger log = Logger.getLogger(AddressNews.class.getName());
    log.setFilter(line -> lines.add(line.getMessage()));
    try {
      news.planned(Plans.ofPods(2, Map.of(both, "cali1")));
      assertThat(sentNow()).containsExactly("2 ARP");
      assertThat(sentBy(Duration.ofSeconds(2))).containsExactly("2 ARP");
    } finally {
      log.setFilter(null);
    }
    assertThat(lines)
        .filteredOn(line -> line.startsWith("host.address.not-announced"))
        .singleElement()
        .asString()
        .contains("device=eth2");
  }

  @Test
  void aBugCostsAnAnnouncementAndNotTheThread() throws InterruptedException {
    var frames = new LinkedBlockingQueue<Integer>();
    var asks = new AtomicInteger();
    var sends = new AtomicInteger();
    var working =
        new AddressNews(
            (_, wanted) -> {
              if (asks.getAndIncrement() == 0) {
                throw new IllegalStateException("a question that nobody understands");
              }
              return wanted.keySet();
            },
            (_, _) -> {
              if (sends.incrementAndGet() == 1) {
                throw new IllegalStateException("a frame that nobody understands");
              }
              frames.add(sends.get());
            },
            SegmentsTest::view,
            name -> !name.startsWith("cali"),
            System::nanoTime);
    working.start();
    working.planned(Plans.ofPods(1, Map.of()));
    working.planned(Plans.ofPods(2, Map.of(FLAT, "cali1", FLAT6, "cali2")));
    assertThat(frames.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(2);
    working.stop();
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
          KernelWatch.start(node.netns(), 0, _ -> true, new Listener(view), System::nanoTime)) {
        var announcing =
            new AddressNews(
                (_, wanted) -> wanted.keySet(),
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
