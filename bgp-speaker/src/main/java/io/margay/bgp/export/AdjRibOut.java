package io.margay.bgp.export;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.OfferedPath;
import io.margay.bgp.wire.UpdateBatch;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.intern.InternTable;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
  private final PathsOut paths;
  private final LinkedHashSet<Prefix> marked = new LinkedHashSet<>();
  private final Set<Prefix> again = new HashSet<>();
  private final Set<Family> endOfRib = EnumSet.noneOf(Family.class);
  private Several several = Several.NONE;

  /**
   * Families of which the peer gets several paths to a prefix (RFC 7911).
   *
   * @param most so many of the best ones
   * @param offered all that could be chosen, the best one first
   */
  public record Several(
      Set<Family> families, int most, Function<Prefix, List<OfferedPath>> offered) {
    /** The best path only. */
    public static final Several NONE = new Several(Set.of(), 1, _ -> List.of());

    public Several {
      families = Set.copyOf(families);
    }
  }

  /**
   * Tells nothing yet.
   *
   * @param attributes holds what is sent, shared by all peers of the owner
   */
  public AdjRibOut(InternTable<Attributes> attributes) {
    this.attributes = attributes;
    this.paths = new PathsOut(attributes);
    sent.defaultReturnValue(NONE);
  }

  /** Of these families the peer gets several paths; said before it is told anything. */
  public void several(Several other) {
    several = other;
  }

  /** True when the peer has to be told of paths that were not chosen, too. */
  public boolean hasSeveral() {
    return !several.families().isEmpty();
  }

  /** Another route was chosen for the prefix, or other paths lead there. */
  public void mark(Prefix prefix) {
    marked.add(prefix);
  }

  /** The whole table is to be looked at: a new session, another policy. */
  public void markAll(Collection<Prefix> chosen) {
    marked.addAll(chosen);
    marked.addAll(sent.keySet());
    marked.addAll(paths.prefixes());
  }

  /** The whole table is to be sent, what was sent before included (RFC 2918, 4). */
  public void sendAgain(Collection<Prefix> chosen) {
    again.addAll(sent.keySet());
    again.addAll(paths.prefixes());
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
    return sent.size() + paths.size();
  }

  /** Whether the peer gets several paths to a prefix. */
  public boolean hasSeveral(Prefix prefix) {
    return several.families().contains(prefix.family());
  }

  /** What the peer knows of a prefix, by path identifier; 0 where it gets one path only. */
  public Map<Integer, Attributes> told(Prefix prefix) {
    if (hasSeveral(prefix)) {
      return paths.told(prefix);
    }
    int id = sent.getInt(prefix);
    return id == NONE ? Map.of() : Map.of(0, attributes.value(id));
  }

  /**
   * What to tell the peer next; it counts as told.
   *
   * @param limit most marked prefixes that are looked at
   * @param best what is chosen now
   */
  public UpdateBatch take(
      int limit, Function<Prefix, Optional<BestRoute>> best, Exporter exporter) {
    var changes = new Changes();
    var next = marked.iterator();
    for (int i = 0; i < limit && next.hasNext(); i++) {
      Prefix prefix = next.next();
      next.remove();
      boolean anyway = again.remove(prefix);
      if (hasSeveral(prefix)) {
        lookAtAll(prefix, exporter, anyway, changes);
      } else {
        lookAtBest(prefix, best.apply(prefix).map(exporter::judge), anyway, changes);
      }
    }
    return changes.batch(attributes, dueEndOfRib());
  }

  private void lookAtBest(
      Prefix prefix, Optional<ExportVerdict> verdict, boolean anyway, Changes changes) {
    if (verdict.isPresent() && verdict.get() instanceof ExportVerdict.Send(var content, _)) {
      int id = remember(prefix, content, anyway);
      if (id != NONE) {
        changes.announce(prefix, 0, id);
      }
    } else if (forget(prefix)) {
      changes.withdraw(prefix, 0);
    }
  }

  private void lookAtAll(Prefix prefix, Exporter exporter, boolean anyway, Changes changes) {
    var kept = new IntOpenHashSet();
    for (OfferedPath offered : several.offered().apply(prefix)) {
      if (kept.size() < several.most()
          && exporter.judge(offered.route()) instanceof ExportVerdict.Send(var content, _)) {
        kept.add(offered.number());
        int id = paths.remember(prefix, offered.number(), content, anyway);
        if (id != PathsOut.NONE) {
          changes.announce(prefix, offered.number(), id);
        }
      }
    }
    paths.keepOnly(prefix, kept).forEach(path -> changes.withdraw(prefix, path));
  }

  /** The session is over: the peer knows nothing. */
  public void clear() {
    sent.values().forEach(attributes::release);
    sent.clear();
    paths.clear();
    marked.clear();
    again.clear();
    endOfRib.clear();
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
