package io.margay.route.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.netlink.Ack;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteRequest;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.route.view.KernelView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KernelWatchTest {
  /** More than the socket's buffer takes. */
  private static final int FLOOD = 40_000;

  private static final int MANY = 1_000_000;

  private final LinkedBlockingQueue<KernelView> views = new LinkedBlockingQueue<>();

  /** A permit for each view that the watch may hand over. */
  private final Semaphore mayHear = new Semaphore(1);

  private TestNetns node;

  @BeforeEach
  void open() {
    node = TestNetns.create();
    node.device("eth0");
  }

  @AfterEach
  void close() {
    node.close();
  }

  /** A listener that is busy, as an agent is that was stopped for a while. */
  private final class Listener implements KernelWatch.Listener {
    @Override
    public void changed(List<RtnlEvent> events) {}

    @Override
    public void view(KernelView view) {
      mayHear.acquireUninterruptibly();
      views.add(view);
    }
  }

  private KernelView next() throws InterruptedException {
    KernelView view = views.poll(30, TimeUnit.SECONDS);
    assertThat(view).as("a view").isNotNull();
    return view;
  }

  @Test
  void whatWasToldTooFastIsReadAnew() throws InterruptedException {
    try (KernelWatch watch =
        KernelWatch.start(node.netns(), 0, _ -> true, new Listener(), System::nanoTime)) {
      try {
        next();
        node.ip("addr add 192.0.2.1/24 dev eth0");
        flood();
        mayHear.release(MANY);
        while (ofFlood(next()) < FLOOD) {
          // the next one has more
        }
        assertThat(watch.stats().overruns()).isPositive();
        // The first reading, and that for the overrun.
        assertThat(watch.stats().rereads()).isGreaterThan(1);
      } finally {
        mayHear.release(MANY);
      }
    }
  }

  private void flood() {
    try (Rtnl rtnl = Rtnl.in(node.netns())) {
      int index = rtnl.link("eth0").orElseThrow().index();
      var routes = new ArrayList<RouteRequest>();
      for (int i = 0; i < FLOOD; i++) {
        var prefix = new Prefix(new Ip4(0x0a800000 + i), 32);
        routes.add(new RouteRequest.Create(RouteEntry.unicast(prefix, 12, NextHop.device(index))));
      }
      assertThat(rtnl.apply(routes)).allMatch(Ack::isOk);
    }
  }

  private static long ofFlood(KernelView view) {
    return view.routes().values().stream()
        .flatMap(List::stream)
        .filter(route -> route.protocol() == 12)
        .count();
  }
}
