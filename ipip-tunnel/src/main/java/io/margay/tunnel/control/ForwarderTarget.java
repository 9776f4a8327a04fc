package io.margay.tunnel.control;

import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Target;
import io.margay.tunnel.plan.ForwardingTable;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The forwarder process as a reconciler sees it: adopted when it runs, started when it does not,
 * replaced when it runs as something else, fed with its table, ended when nobody wants it. Owned by
 * the thread of the tunnel loop.
 */
public final class ForwarderTarget implements Target<TunnelKey, TunnelItem.Forwarding> {
  private static final EventLog LOG = EventLog.of(ForwarderTarget.class);

  private final ForwarderLaunch launch;
  private final ForwarderClient client;
  private final ForwarderStart start;
  private final TunnelKey.Forwarding key;
  private final Runnable onLost;
  private @Nullable ForwarderWatch watch;
  private boolean keeping;
  private String refusal = "";

  /**
   * @param onLost called on a thread of its own when the forwarder ended unasked; it should make
   *     the loop resync
   */
  public ForwarderTarget(ForwarderLaunch launch, Runnable onLost) {
    this.launch = launch;
    this.client = new ForwarderClient(launch.socket());
    this.start = new ForwarderStart(launch, client);
    this.key = new TunnelKey.Forwarding(launch.device());
    this.onLost = onLost;
  }

  /** What its item is known by. */
  public TunnelKey.Forwarding key() {
    return key;
  }

  /** Its client, for status; any thread may use it. */
  public ForwarderClient client() {
    return client;
  }

  /** How many processes were started by this agent; any thread may ask. */
  public long starts() {
    return start.starts();
  }

  /**
   * Says whether routes that nobody wants stay in the table of a running forwarder. They must while
   * the sources are not in sync: the table is one item to the reconciler, whose hold keeps items.
   * After the end of that the loop has to resync.
   */
  public void keepUnwanted(boolean keep) {
    keeping = keep;
  }

  /**
   * A running forwarder with its table, and with why it is to be replaced; nothing when none runs,
   * or one that does not answer. The last is said when it is to be fed: devices must not wait for
   * it.
   */
  @Override
  public Map<TunnelKey, TunnelItem.Forwarding> dump() {
    try {
      return found();
    } catch (ForwarderException e) {
      LOG.warn("tunnel.forwarder.mute", "device", launch.device(), "why", e.getMessage());
      return Map.of();
    }
  }

  private Map<TunnelKey, TunnelItem.Forwarding> found() {
    Optional<ForwarderStatus> status = client.status();
    return status.isEmpty() ? Map.of() : Map.of(key, found(status.get()));
  }

  private TunnelItem.Forwarding found(ForwarderStatus running) {
    Optional<String> why = start.whyReplaced(running);
    if (!start.isUsable(running)) {
      return new TunnelItem.Forwarding(ForwardingTable.NONE, Set.of(why.orElseThrow()));
    }
    Set<String> oddities = new HashSet<>();
    why.ifPresentOrElse(oddities::add, () -> watch(running));
    ForwardingTable table =
        client
            .table()
            .orElseGet(() -> {
              oddities.add("has no table");
              return ForwardingTable.NONE;
            });
    return new TunnelItem.Forwarding(table, oddities);
  }

  @Override
  public List<ItemResult<TunnelKey>> apply(Diff<TunnelKey, TunnelItem.Forwarding> diff) {
    var results = new ArrayList<ItemResult<TunnelKey>>();
    diff.put().forEach((asked, item) -> results.add(put(asked, item)));
    diff.remove().forEach(asked -> results.add(remove(asked)));
    return results;
  }

  private ItemResult<TunnelKey> put(TunnelKey asked, TunnelItem.Forwarding item) {
    if (!asked.equals(key)) {
      return new ItemResult.Failed<>(asked, "this agent's forwarder serves " + key.device());
    }
    try {
      ForwarderStatus running = start.run(this::unwatch);
      long version = running.version().orElse(0) + 1;
      if (!client.feed(version, merged(item.table()))) {
        return refused(asked, "the forwarder ended before it took its table");
      }
      watch(running);
      refusal = "";
      return new ItemResult.Done<>(asked);
    } catch (ForwarderException e) {
      return refused(asked, String.valueOf(e.getMessage()));
    }
  }

  /** Told once for each reason: the loop tries again and again. */
  private ItemResult<TunnelKey> refused(TunnelKey asked, String why) {
    if (!why.equals(refusal)) {
      LOG.warn("tunnel.forwarder.refused", "device", launch.device(), "why", why);
      refusal = why;
    }
    return new ItemResult.Failed<>(asked, why);
  }

  private ForwardingTable merged(ForwardingTable wanted) {
    return keeping ? client.table().map(wanted::keeping).orElse(wanted) : wanted;
  }

  private ItemResult<TunnelKey> remove(TunnelKey asked) {
    try {
      unwatch();
      if (client.stop(false)) {
        LOG.info("tunnel.forwarder.stopped", "device", launch.device(), "why", "no pool needs it");
      }
      return new ItemResult.Done<>(asked);
    } catch (ForwarderException e) {
      return new ItemResult.Failed<>(asked, String.valueOf(e.getMessage()));
    }
  }

  private void watch(ForwarderStatus status) {
    ForwarderWatch now = watch;
    if (now == null || !now.isWatching()) {
      LOG.info("tunnel.forwarder.adopted", "pid", status.pid(), "device", status.device());
      watch =
          ForwarderWatch.of(
              launch.socket(),
              () -> {
                LOG.warn("tunnel.forwarder.lost", "pid", status.pid(), "device", status.device());
                onLost.run();
              });
    }
  }

  private void unwatch() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }
}
