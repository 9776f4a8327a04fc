package io.margay.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.KernelFacts;
import io.margay.agent.stage.KernelStage;
import io.margay.agent.stage.Uplinks;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.route.target.KernelWatch;
import io.margay.route.view.KernelView;
import io.margay.tunnel.plan.Mtu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MtuFileTest {
  @TempDir Path directory;

  private static KernelFacts eth0(int mtu) {
    return new KernelFacts(List.of(), Set.of("eth0"), Map.of("eth0", mtu), List.of());
  }

  @Test
  void theFileIsCalicosANumberAndNoLineEnd() throws IOException {
    Path file = directory.resolve("calico/mtu");
    var mtu = new MtuFile(file, Mtu.DEFAULT_UPLINKS);
    mtu.planned(1480, eth0(1500));
    assertThat(file).hasContent("1480").hasSize(4);
    mtu.planned(1430, eth0(1450));
    assertThat(file).hasContent("1430");
    Files.delete(file);
    mtu.planned(1430, eth0(1450));
    assertThat(file).as("another took it away").hasContent("1430");
    assertThat(directory.resolve("calico")).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void aFileThatIsRightIsLeftAlone() throws IOException {
    Path file = Files.writeString(directory.resolve("mtu"), "1480\n");
    Object before = Files.getAttribute(file, "unix:ino");
    new MtuFile(file, Mtu.DEFAULT_UPLINKS).planned(1480, eth0(1500));
    assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(before);
  }

  @Test
  void whatAnEarlierAgentWroteIsRemembered() throws IOException {
    Path file = directory.resolve("mtu");
    assertThat(before(file)).isEmpty();
    new MtuFile(file, Mtu.DEFAULT_UPLINKS).planned(1480, eth0(1500));
    assertThat(before(file)).hasValue(1480);
    for (String nonsense : List.of("", "0", "67", "65536", "-1480", "1480 bytes", "999999")) {
      assertThat(before(Files.writeString(file, nonsense))).as(nonsense).isEmpty();
    }
    assertThat(before(Files.writeString(file, "68\n"))).hasValue(68);
  }

  private static OptionalInt before(Path file) {
    return new MtuFile(file, Mtu.DEFAULT_UPLINKS).uplinks().podMtu();
  }

  @Test
  void aFileThatCannotBeWrittenEndsNothing() throws IOException {
    Path notADirectory = Files.writeString(directory.resolve("state"), "");
    var mtu = new MtuFile(notADirectory.resolve("mtu"), Mtu.DEFAULT_UPLINKS);
    mtu.planned(1480, eth0(1500));
    Files.delete(notADirectory);
    mtu.planned(1480, eth0(1500));
    assertThat(notADirectory.resolve("mtu")).hasContent("1480");
  }

  /** The smallest of the uplinks that are up counts, at once; ip(8) changes them. */
  @Test
  void theFileFollowsTheUplinks() throws InterruptedException, IOException {
    Path file = directory.resolve("mtu");
    var views = new LinkedBlockingQueue<KernelView>();
    try (var node = TestNetns.create()) {
      node.device("eth0");
      node.device("eth1");
      node.device("docker0");
      node.ip("link set docker0 mtu 1300");
      try (KernelWatch _ =
          KernelWatch.start(node.netns(), 0, _ -> true, new Listener(views), System::nanoTime)) {
        var mtu = new MtuFile(file, Mtu.DEFAULT_UPLINKS);
        awaitMtu(file, views, mtu, "1480");
        node.ip("link set eth1 mtu 1400");
        awaitMtu(file, views, mtu, "1380");
        for (String device : List.of("eth0", "eth0-p", "eth1-p")) {
          node.ip("link set " + device + " mtu 9000");
        }
        node.ip("link set eth1 down");
        awaitMtu(file, views, mtu, "8980");
      }
    }
  }

  private static void awaitMtu(
      Path file, LinkedBlockingQueue<KernelView> views, MtuFile mtu, String expected)
      throws InterruptedException, IOException {
    do {
      KernelView view = views.poll(20, TimeUnit.SECONDS);
      assertThat(view).as("no event leads to %s", expected).isNotNull();
      KernelFacts facts = KernelStage.facts(view, List.of("cali"));
      mtu.planned(podMtu(facts), facts);
    } while (!Files.readString(file).equals(expected));
  }

  /** What the plan of a node with IPIP says. */
  private static int podMtu(KernelFacts facts) {
    int host =
        new Uplinks(Mtu.DEFAULT_UPLINKS, OptionalInt.empty()).smallest(facts).orElseThrow().mtu();
    return Mtu.ofPods(host, List.of(Mtu.ofIpip(host, OptionalInt.empty())));
  }

  private record Listener(LinkedBlockingQueue<KernelView> views) implements KernelWatch.Listener {
    @Override
    public void changed(List<RtnlEvent> events) {}

    @Override
    public void view(KernelView view) {
      views.add(view);
    }
  }
}
