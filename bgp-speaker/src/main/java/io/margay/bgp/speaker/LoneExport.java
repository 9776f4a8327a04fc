package io.margay.bgp.speaker;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.export.AdjRibOut;
import io.margay.bgp.export.ExportPeer;
import io.margay.bgp.export.Exporter;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.RouteRows;
import io.margay.bgp.session.PeerChannel;
import io.margay.bgp.wire.RouteRefreshMessage;
import io.margay.bgp.wire.UpdateBatch;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What a peer is told alone: several paths to a prefix (RFC 7911), or with AS numbers of two bytes.
 * An object for each route.
 */
final class LoneExport implements PeerExport {
  private final LocRib rib;
  private final AdjRibOut adjRibOut;
  private final PeerChannel channel;
  private final SessionRecord record;
  private Exporter exporter;

  /** Families of which a refresh is due, and of which one is being sent. */
  private final Set<Family> refreshWanted = EnumSet.noneOf(Family.class);

  private final Set<Family> refreshing = EnumSet.noneOf(Family.class);

  LoneExport(
      LocRib rib, AdjRibOut adjRibOut, ExportPeer peer, PeerChannel channel, SessionRecord record) {
    this.rib = rib;
    this.adjRibOut = adjRibOut;
    this.exporter = new Exporter(peer);
    this.channel = channel;
    this.record = record;
    adjRibOut.markAll(rib.chosen());
  }

  /** A row was decided; {@code changed}: another route was chosen. Groups hear of it as such. */
  void decided(RouteRows rows, int row, boolean changed) {
    if (changed || adjRibOut.hasSeveral()) {
      adjRibOut.mark(rows.prefix(row));
    }
  }

  @Override
  public void reexport(ExportPeer peer) {
    exporter = new Exporter(peer);
    adjRibOut.markAll(rib.chosen());
  }

  @Override
  public void endOfRibAfterwards(Collection<Family> families) {
    adjRibOut.endOfRibAfterwards(Set.copyOf(families));
  }

  @Override
  public void sendAgain(Collection<Family> families) {
    adjRibOut.sendAgain(rib.chosen());
    endOfRibAfterwards(families);
  }

  @Override
  public void refreshWanted(Family family) {
    refreshWanted.add(family);
  }

  @Override
  public boolean flush(int slice) {
    boolean work = adjRibOut.hasWork() || !refreshWanted.isEmpty();
    if (!work || !channel.hasRoom()) {
      return false;
    }
    // RFC 7313, 4: never before the first End-of-RIB, so behind all that waits now.
    if (!adjRibOut.hasWork()) {
      beginRefresh();
    }
    UpdateBatch batch = adjRibOut.take(slice, rib::best, exporter);
    if (!batch.isEmpty()) {
      channel.send(batch);
      record.told(batch);
    }
    if (!adjRibOut.hasWork()) {
      refreshing.forEach(family -> channel.sendRefresh(RouteRefreshMessage.end(family)));
      refreshing.clear();
    }
    return adjRibOut.hasWork() || !refreshWanted.isEmpty();
  }

  private void beginRefresh() {
    refreshWanted.forEach(family -> channel.sendRefresh(RouteRefreshMessage.begin(family)));
    refreshing.addAll(refreshWanted);
    refreshWanted.clear();
    adjRibOut.sendAgain(rib.chosen());
  }

  @Override
  public boolean hasSeveral(Prefix prefix) {
    return adjRibOut.hasSeveral(prefix);
  }

  @Override
  public Map<Integer, Attributes> told(Prefix prefix) {
    return adjRibOut.told(prefix);
  }

  @Override
  public int size() {
    return adjRibOut.size();
  }

  @Override
  public void close() {
    adjRibOut.clear();
  }
}
