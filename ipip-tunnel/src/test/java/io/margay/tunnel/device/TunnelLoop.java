package io.margay.tunnel.device;

import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netlink.RtnlMonitor;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.plan.IpipSupport;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The tunnel loop of an agent for one node, events included; each new wish is a new version. Ends
 * with its thread when it is closed.
 */
final class TunnelLoop implements AutoCloseable {
  private final Object lock = new Object();
  private final RtnlMonitor monitor;
  private final Rtnl rtnl;
  private final DeviceSettings settings;
  private final TunnelTarget target;
  private final Reconciler<TunnelKey, TunnelItem> reconciler;
  private final Thread thread;
  private Map<TunnelKey, TunnelItem> wanted = Map.of();
  private long version;
  private long done;
  private boolean closed;

  TunnelLoop(TestNode node) {
    monitor = RtnlMonitor.in(node.netns(), EnumSet.allOf(RtnlMonitor.Group.class));
    rtnl = Rtnl.in(node.netns());
    settings = DeviceSettings.in(node.netns());
    target =
        new TunnelTarget(
            List.of(DeviceTarget.ofIpip(rtnl, settings, IpipSupport.KERNEL)),
            new VxlanTarget(rtnl, settings),
            List.of());
    reconciler =
        new Reconciler<>(
            target,
            ReconcilerSettings.DEFAULT,
            new Hold(Set.of()),
            new Random(1),
            System.nanoTime());
    thread = Thread.ofPlatform().daemon().name("tunnel loop of " + node.name()).start(this::work);
  }

  /** Wants that from now on, and waits until it is so. */
  void want(Map<TunnelKey, TunnelItem> all) throws InterruptedException {
    synchronized (lock) {
      wanted = Map.copyOf(all);
      version++;
      monitor.wake();
      while (done < version) {
        lock.wait();
      }
    }
  }

  private void work() {
    long current = -1;
    while (true) {
      synchronized (lock) {
        if (closed) {
          return;
        }
        if (current != version) {
          current = version;
          reconciler.want(current, wanted);
        }
      }
      long due = reconciler.run(System.nanoTime());
      ReconcileStatus<TunnelKey> status = reconciler.status();
      synchronized (lock) {
        if (status.inSync()) {
          done = current;
          lock.notifyAll();
        }
      }
      long wait = Math.max(0, Duration.ofNanos(due - System.nanoTime()).toMillis() + 1);
      monitor.await((int) wait, this::take);
    }
  }

  private void take(RtnlEvent event) {
    if (target.concerns(event)) {
      reconciler.resync();
    }
    if (target.mayUnblock(event)) {
      reconciler.hurryRefused();
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      monitor.wake();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    monitor.close();
    settings.close();
    rtnl.close();
  }
}
