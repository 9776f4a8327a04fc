package io.margay.policy.apply;

import io.margay.foundation.addr.Family;
import io.margay.foundation.log.EventLog;
import io.margay.kernel.netfilter.LegacyTableWatch;
import io.margay.kernel.netfilter.NftTableWatch;
import io.margay.kernel.netfilter.TableWatch;
import io.margay.kernel.netfilter.Xtables.Backend;
import io.margay.kernel.netns.Netns;
import io.margay.policy.render.ChainKey;
import io.margay.policy.render.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks twice a second whether others changed our chains, and says so; a thread of its own. With
 * nft that is reading events; with legacy it is one system call a table, and our own changes are
 * taken for others', which makes the dump that follows a check of what was written.
 */
public final class PolicyWatch implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(PolicyWatch.class);
  private static final Duration INTERVAL = Duration.ofMillis(500);

  /** The tables that we have chains in. */
  private static final List<String> TABLES =
      List.of(Table.RAW.toString(), Table.NAT.toString(), Table.FILTER.toString());

  private final List<TableWatch> watches;
  private final Runnable changed;
  private boolean failing;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("policy-watch").unstarted(this::work);

  private PolicyWatch(List<TableWatch> watches, Runnable changed) {
    this.watches = watches;
    this.changed = changed;
  }

  /**
   * Starts to look.
   *
   * @param namespace where the chains are
   * @param target whose changes are ours
   * @param changed called on the watch's thread: hand on {@code Reconciler.resync} to its own
   */
  public static PolicyWatch start(
      Netns namespace,
      Backend backend,
      Collection<Family> families,
      PolicyTarget target,
      Runnable changed) {
    var watches = new ArrayList<TableWatch>();
    try {
      open(watches, namespace, backend, families, target);
    } catch (RuntimeException e) {
      watches.forEach(TableWatch::close);
      throw e;
    }
    var watch = new PolicyWatch(watches, changed);
    watch.thread.start();
    return watch;
  }

  private static void open(
      List<TableWatch> watches,
      Netns namespace,
      Backend backend,
      Collection<Family> families,
      PolicyTarget target) {
    switch (backend) {
      case NFT ->
          watches.add(
              NftTableWatch.in(namespace, Set.copyOf(TABLES), PolicyWatch::matters, target::isOwn));
      case LEGACY ->
          families.forEach(family -> watches.add(LegacyTableWatch.in(namespace, family, TABLES)));
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean matters(String chain) {
    return SavedTables.isOwn(chain) || ChainKey.isKernel(chain);
  }

  private void work() {
    try {
      while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      watches.forEach(TableWatch::close);
    }
  }

  private void look() {
    boolean any = false;
    try {
      for (TableWatch watch : watches) {
        any |= watch.changed();
      }
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.error("policy.watch.failed", e);
      }
      failing = true;
      any = true;
    }
    if (any) {
      changed.run();
    }
  }
}
