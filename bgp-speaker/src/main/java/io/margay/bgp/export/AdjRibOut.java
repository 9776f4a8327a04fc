package io.margay.bgp.export;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.wire.Announcement;
import io.margay.bgp.wire.UpdateBatch;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.intern.InternTable;
import it.unimi.dsi.fastutil.ints.Int2ObjectLinkedOpenHashMap;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What one peer was told, and the prefixes for which that may be out of date. A change leaves a
 * mark, not a message: a slow peer gets the newest state only. Owned by one thread.
 */
public final class AdjRibOut {
  private static final int NONE = -1;

  private final InternTable<Attributes> attributes;
  private final Object2IntOpenHashMap<Prefix> sent = new Object2IntOpenHashMap<>();
  private final LinkedHashSet<Prefix> marked = new LinkedHashSet<>();
  private final Set<Prefix> again = new HashSet<>();
  private final Set<Family> endOfRib = EnumSet.noneOf(Family.class);

  /**
   * Tells nothing yet.
   *
   * @param attributes holds what is sent, shared by all peers of the owner
   */
  public AdjRibOut(InternTable<Attributes> attributes) {
    this.attributes = attributes;
    sent.defaultReturnValue(NONE);
  }

  /** Another route was chosen for the prefix. */
  public void mark(Prefix prefix) {
    marked.add(prefix);
  }

  /** The whole table is to be looked at: a new session, another policy. */
  public void markAll(Collection<Prefix> chosen) {
    marked.addAll(chosen);
    marked.addAll(sent.keySet());
  }

  /** The whole table is to be sent, what was sent before included (RFC 2918, 4). */
  public void sendAgain(Collection<Prefix> chosen) {
    again.addAll(sent.keySet());
    markAll(chosen);
  }

  /** Behind what is marked now the families' End-of-RIB is due (RFC 4724, 2). */
  public void endOfRibAfterwards(Set<Family> families) {
    endOfRib.addAll(families);
  }

  /** True when {@link #take} has something to say, perhaps. */
  public boolean hasWork() {
    return !marked.isEmpty() || !endOfRib.isEmpty();
  }

  /** How many routes the peer knows. */
  public int size() {
    return sent.size();
  }

  /** What the peer was told of a prefix; empty when it knows nothing of it. */
  public Optional<Attributes> told(Prefix prefix) {
    int id = sent.getInt(prefix);
    return id == NONE ? Optional.empty() : Optional.of(attributes.value(id));
  }

  /**
   * What to tell the peer next; it counts as told.
   *
   * @param limit most marked prefixes that are looked at
   * @param best what is chosen now
   */
  public UpdateBatch take(
      int limit, Function<Prefix, Optional<BestRoute>> best, Exporter exporter) {
    var withdrawn = new ArrayList<Prefix>();
    var announced = new Int2ObjectLinkedOpenHashMap<List<Prefix>>();
    var next = marked.iterator();
    for (int i = 0; i < limit && next.hasNext(); i++) {
      Prefix prefix = next.next();
      next.remove();
      boolean anyway = again.remove(prefix);
      Optional<ExportVerdict> verdict = best.apply(prefix).map(exporter::judge);
      if (verdict.isPresent() && verdict.get() instanceof ExportVerdict.Send(var content, _)) {
        int id = remember(prefix, content, anyway);
        if (id != NONE) {
          announced.computeIfAbsent(id, _ -> new ArrayList<>()).add(prefix);
        }
      } else if (forget(prefix)) {
        withdrawn.add(prefix);
      }
    }
    return new UpdateBatch(withdrawn, announcements(announced), dueEndOfRib());
  }

  /** The session is over: the peer knows nothing. */
  public void clear() {
    sent.values().forEach(attributes::release);
    sent.clear();
    marked.clear();
    again.clear();
    endOfRib.clear();
  }

  private List<Announcement> announcements(Int2ObjectLinkedOpenHashMap<List<Prefix>> announced) {
    var out = new ArrayList<Announcement>(announced.size());
    for (var entry : announced.int2ObjectEntrySet()) {
      List<Prefix> prefixes = entry.getValue();
      out.add(
          new Announcement(
              prefixes.getFirst().family(), attributes.value(entry.getIntKey()), prefixes));
    }
    return out;
  }

  private List<Family> dueEndOfRib() {
    if (!marked.isEmpty() || endOfRib.isEmpty()) {
      return List.of();
    }
    List<Family> due = List.copyOf(endOfRib);
    endOfRib.clear();
    return due;
  }

  /** Id of what is to be sent; NONE when the peer knows it. */
  private int remember(Prefix prefix, Attributes content, boolean anyway) {
    int id = attributes.intern(content);
    int before = sent.put(prefix, id);
    if (before != NONE) {
      attributes.release(before);
    }
    return before == id && !anyway ? NONE : id;
  }

  private boolean forget(Prefix prefix) {
    int before = sent.removeInt(prefix);
    if (before != NONE) {
      attributes.release(before);
    }
    return before != NONE;
  }
}
