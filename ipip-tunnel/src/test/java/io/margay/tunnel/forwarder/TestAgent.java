package io.margay.tunnel.forwarder;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.Netns;
import io.margay.tunnel.control.ForwarderLaunch;
import io.margay.tunnel.control.ForwarderTarget;
import io.margay.tunnel.control.TableText;
import io.margay.tunnel.device.DeviceSettings;
import io.margay.tunnel.device.DeviceTarget;
import io.margay.tunnel.device.IpipProbe;
import io.margay.tunnel.device.TunnelTarget;
import io.margay.tunnel.device.VxlanTarget;
import io.margay.tunnel.plan.ForwardingTable;
import io.margay.tunnel.plan.IpipSupport;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.TunnelPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The tunnel loop of an agent as a process of its own, to be killed: {@code TestAgent SOCKET LOG
 * [BUILD [QUEUES]]}.
 *
 * <p>Reads lines of a table from its input, then {@code want ADDRESS MTU} or {@code want nothing};
 * says {@code in-sync STARTS} whenever all is as wanted after that or after the forwarder was lost.
 */
public final class TestAgent {
  private static final long TURN_SECONDS = 1;

  private final LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
  private final Optional<ForwarderTarget> forwarder;
  private final Reconciler<TunnelKey, TunnelItem> reconciler;
  private final IpipSupport support;
  private TableLines lines = new TableLines();
  private long version;

  private TestAgent(ForwarderLaunch launch) {
    Rtnl rtnl = Rtnl.open();
    IpipProbe.Found found = IpipProbe.ask(rtnl);
    System.out.println("support " + found);
    support = found.support();
    forwarder =
        support == IpipSupport.FORWARDER
            ? Optional.of(new ForwarderTarget(launch, () -> mailbox.add(this::lost)))
            : Optional.empty();
    DeviceSettings settings = DeviceSettings.in(Netns.current());
    reconciler =
        new Reconciler<>(
            new TunnelTarget(
                List.of(DeviceTarget.ofIpip(rtnl, settings, support)),
                new VxlanTarget(rtnl, settings),
                forwarder.stream().toList()),
            ReconcilerSettings.DEFAULT,
            new Hold(Set.of()),
            new Random(1),
            System.nanoTime());
  }

  public static void main(String[] args) throws Exception {
    var launch = ForwarderLaunch.asThisProcess(TunnelKey.TUNL0, Path.of(args[0]), Path.of(args[1]));
    if (args.length > 2) {
      launch = launch.as(args[2]);
    }
    if (args.length > 3) {
      launch = launch.withQueues(Integer.parseInt(args[3]));
    }
    new TestAgent(launch).work();
  }

  private void work() throws InterruptedException {
    Thread.ofPlatform().daemon().start(this::readInput);
    while (true) {
      Runnable first = mailbox.poll(TURN_SECONDS, TimeUnit.SECONDS);
      if (first != null) {
        first.run();
        untilInSync();
        System.out.println("in-sync " + forwarder.map(ForwarderTarget::starts).orElse(0L));
      }
    }
  }

  private void untilInSync() throws InterruptedException {
    long due = reconciler.run(System.nanoTime());
    while (!reconciler.status().inSync()) {
      System.out.println("failing " + reconciler.status().failing());
      TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
      due = reconciler.run(System.nanoTime());
    }
  }

  private void lost() {
    reconciler.resync();
  }

  private void want(Map<TunnelKey, TunnelItem> all) {
    reconciler.want(++version, all);
  }

  private void readInput() {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", -1);
        if (line.equals("want nothing")) {
          mailbox.add(() -> want(Map.of()));
        } else if (words[0].equals("want")) {
          ForwardingTable table = lines.table();
          lines = new TableLines();
          var address = Optional.of(Ip4.of(words[1]));
          var all = TunnelPlan.ipip(support, address, Integer.parseInt(words[2]), table);
          mailbox.add(() -> want(all));
        } else {
          TableText.read(line, lines).ifPresent(System.out::println);
        }
      }
      // After what was asked before.
      mailbox.add(() -> System.exit(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class TableLines implements TableText.Sink {
    private Ip4 local = Ip4.ANY;
    private final Map<Prefix, Ip4> routes = new HashMap<>();
    private final Set<Prefix> sources = new HashSet<>();

    @Override
    public void local(Ip4 address) {
      local = address;
    }

    @Override
    public void route(Prefix prefix, Ip4 node) {
      routes.put(prefix, node);
    }

    @Override
    public void source(Prefix prefix) {
      sources.add(prefix);
    }

    ForwardingTable table() {
      return new ForwardingTable(local, routes, sources);
    }
  }
}
