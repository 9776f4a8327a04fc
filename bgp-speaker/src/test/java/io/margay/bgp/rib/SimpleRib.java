package io.margay.bgp.rib;

import static java.util.Objects.requireNonNull;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.Community;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntList;
import it.unimi.dsi.fastutil.ints.IntLists;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The oracle of {@link LocRib}, an object for each route. All paths by prefix and what was chosen
 * of them. Changes mark prefixes; {@link #decide} chooses anew for what is marked. What peers said
 * is kept as received, so that another policy needs no second telling. Owned by one thread.
 */
public final class SimpleRib {
  private final PathAttributes attributes = new PathAttributes();
  private final Map<Prefix, Entry> entries = new HashMap<>();
  private final TreeSet<Prefix> order = new TreeSet<>();
  private final LinkedHashSet<Prefix> marked = new LinkedHashSet<>();
  private final Map<Prefix, LocalRoute> localRoutes = new HashMap<>();
  private final NextHopTracker nextHops = new NextHopTracker();
  private Identity self;

  private final Map<Integer, SimplePath> paths = new HashMap<>();

  /** Path identifiers given so far; 0 is none. */
  private int numbers;

  /** A RIB without routes; every next hop is reached until {@link #nextHops} says otherwise. */
  public SimpleRib(Identity self) {
    this.self = self;
  }

  private static final class Entry {
    final List<SimplePath> paths = new ArrayList<>(1);
    @Nullable BestRoute best;
  }

  /** A peer's place, to be given with all that it says. */
  public AdjRibIn open(Neighbour neighbour, ImportPolicy policy) {
    return new AdjRibIn(neighbour, policy);
  }

  /** Changes who this speaker is; loops are looked for anew. */
  public void identity(Identity newSelf) {
    if (!self.equals(newSelf)) {
      self = newSelf;
      entries.forEach((prefix, entry) -> entry.paths.forEach(path -> reimport(prefix, path)));
      marked.addAll(entries.keySet());
    }
  }

  /** Changes who the peer is or what is taken from it; its routes are judged anew. */
  public void update(AdjRibIn from, Neighbour neighbour, ImportPolicy policy) {
    if (from.neighbour().equals(neighbour) && from.policy().equals(policy)) {
      return;
    }
    from.become(neighbour, policy);
    for (Family family : Family.values()) {
      forEachOf(
          from,
          family,
          (prefix, path) -> {
            reimport(prefix, path);
            marked.add(prefix);
          });
    }
  }

  /** The peer announces prefixes with these attributes; a route that is stale is so no longer. */
  public void announce(AdjRibIn from, Attributes received, List<Prefix> prefixes) {
    announce(from, received, prefixes, IntLists.emptyList());
  }

  /** The same with path identifiers (RFC 7911), as many as prefixes, or none. */
  public void announce(AdjRibIn from, Attributes received, List<Prefix> prefixes, IntList pathIds) {
    int id = attributes.hold(received);
    for (int i = 0; i < prefixes.size(); i++) {
      Prefix prefix = prefixes.get(i);
      int pathId = pathIds.isEmpty() ? 0 : pathIds.getInt(i);
      Entry entry = entry(prefix);
      SimplePath path = find(entry, from, pathId);
      if (path == null) {
        path = new SimplePath(from, pathId);
        place(entry, path, id);
        from.came(prefix.family(), true);
      } else if (path.received == id) {
        path.stale = false;
        continue;
      } else {
        attributes.replace(path, id);
        path.stale = false;
      }
      reimport(prefix, path);
      marked.add(prefix);
    }
    attributes.release(id);
  }

  /** The peer withdraws prefixes; unknown ones do not matter. */
  public void withdraw(AdjRibIn from, List<Prefix> prefixes) {
    withdraw(from, prefixes, IntLists.emptyList());
  }

  /** The same with path identifiers (RFC 7911), as many as prefixes, or none. */
  public void withdraw(AdjRibIn from, List<Prefix> prefixes, IntList pathIds) {
    for (int i = 0; i < prefixes.size(); i++) {
      Entry entry = entries.get(prefixes.get(i));
      int pathId = pathIds.isEmpty() ? 0 : pathIds.getInt(i);
      SimplePath path = entry == null ? null : find(entry, from, pathId);
      if (path != null) {
        withdraw(from, prefixes.get(i), path);
      }
    }
  }

  private void withdraw(AdjRibIn from, Prefix prefix, SimplePath path) {
    Entry entry = entries.get(prefix);
    if (entry != null) {
      from.went(prefix.family(), path.exclusion == null);
      remove(entry, path);
      marked.add(prefix);
    }
  }

  /** All own routes; what is not among them is withdrawn. */
  public void originate(Map<Prefix, LocalRoute> routes) {
    var gone = new HashSet<>(localRoutes.keySet());
    gone.removeAll(routes.keySet());
    gone.forEach(this::removeLocal);
    routes.forEach((prefix, route) -> {
      if (!route.equals(localRoutes.get(prefix))) {
        removeLocal(prefix);
        localRoutes.put(prefix, route);
        SimplePath path = new SimplePath(route);
        int id = attributes.hold(route.attributes());
        place(entry(prefix), path, id);
        attributes.release(id);
        marked.add(prefix);
      }
    });
  }

  /** Everything from the peer and of the family becomes stale (RFC 4724, 4.2). */
  public void markStale(AdjRibIn from, Family family) {
    forEachOf(from, family, (_, path) -> path.stale = true);
  }

  /**
   * What is stale of the peer and of the family is so for long: it is marked as the last choice,
   * and goes where it must not be kept (RFC 9494, 4.2). It is stale as before.
   */
  public void depreferStale(AdjRibIn from, Family family) {
    purge(from, family, path -> path.stale && attributes.received(path).has(Community.NO_LLGR));
    forEachOf(
        from,
        family,
        (prefix, path) -> {
          if (path.stale && !attributes.received(path).has(Community.LLGR_STALE)) {
            int id =
                attributes.hold(
                    attributes.received(path).toBuilder().add(Community.LLGR_STALE).build());
            attributes.replace(path, id);
            attributes.release(id);
            reimport(prefix, path);
            marked.add(prefix);
          }
        });
  }

  /** What is still stale goes. */
  public void purgeStale(AdjRibIn from, Family family) {
    purge(from, family, path -> path.stale);
  }

  /** Everything from the peer and of the family goes. */
  public void purge(AdjRibIn from, Family family) {
    purge(from, family, _ -> true);
  }

  /** How next hops are reached from now on; what depends on a change is judged anew. */
  public void nextHops(NextHops source) {
    Set<Ip> changed = nextHops.replace(source);
    var used = new HashSet<Ip>();
    entries.forEach((prefix, entry) -> {
      for (SimplePath path : entry.paths) {
        Optional<Ip> nextHop = attributes.imported(path).nextHop();
        nextHop.ifPresent(used::add);
        if (nextHop.isPresent() && changed.contains(nextHop.get())) {
          reimport(prefix, path);
          marked.add(prefix);
        }
      }
    });
    nextHops.keepOnly(used);
  }

  /** True when a call of {@link #decide} has something to do. */
  public boolean hasMarked() {
    return !marked.isEmpty();
  }

  /**
   * Chooses for prefixes that something happened to.
   *
   * @param limit most prefixes that are looked at
   * @return where another route was chosen than before
   */
  public List<BestChange> decide(int limit) {
    return decide(limit, _ -> {});
  }

  /**
   * The same.
   *
   * @param looked hears of each prefix that was looked at: its other paths may have changed
   */
  public List<BestChange> decide(int limit, Consumer<Prefix> looked) {
    var changes = new ArrayList<BestChange>();
    var next = marked.iterator();
    for (int i = 0; i < limit && next.hasNext(); i++) {
      Prefix prefix = next.next();
      next.remove();
      looked.accept(prefix);
      Entry entry = entries.get(prefix);
      if (entry != null) {
        choose(prefix, entry).ifPresent(changes::add);
        if (entry.paths.isEmpty()) {
          entries.remove(prefix);
          order.remove(prefix);
        }
      }
    }
    return changes;
  }

  /** What was chosen for a prefix. */
  public Optional<BestRoute> best(Prefix prefix) {
    Entry entry = entries.get(prefix);
    return entry == null ? Optional.empty() : Optional.ofNullable(entry.best);
  }

  /**
   * All paths to a prefix that could be chosen, the best one first (RFC 7911, 2).
   *
   * @param inOrder all are in order where there are more than these
   */
  public List<OfferedPath> offered(Prefix prefix, int inOrder) {
    Entry entry = entries.get(prefix);
    if (entry == null) {
      return List.of();
    }
    List<Candidate> left = candidates(entry);
    var out = new ArrayList<OfferedPath>(left.size());
    // The decision tells the best one only: the next one is the best of what is left.
    for (int all = left.size(); all > inOrder && !left.isEmpty(); ) {
      Candidate best = Decision.rank(left).getFirst().candidate();
      out.add(offer(prefix, best));
      left.remove(best);
    }
    Decision.rank(left).forEach(ranked -> out.add(offer(prefix, ranked.candidate())));
    return out;
  }

  private OfferedPath offer(Prefix prefix, Candidate candidate) {
    var alone = new Decision.Ranked(candidate, new PathFate.Best(SelectionReason.ONLY_PATH));
    return new OfferedPath(candidate.path(), bestRoute(prefix, List.of(alone)));
  }

  /** All prefixes for which something was chosen. */
  public List<Prefix> chosen() {
    var out = new ArrayList<Prefix>();
    entries.forEach((prefix, entry) -> {
      if (entry.best != null) {
        out.add(prefix);
      }
    });
    return out;
  }

  /**
   * Prefixes that somebody announces, in order: a part of a walk that may stop anywhere.
   *
   * @param first where the part begins; it need not be there itself
   * @param limit most prefixes that are given back
   */
  public List<Prefix> prefixes(Prefix first, int limit) {
    return order.tailSet(first, true).stream().limit(limit).toList();
  }

  /** What a packet to the address may follow: all prefixes around it, the longest first. */
  public List<Prefix> around(Ip address) {
    var out = new ArrayList<Prefix>();
    for (int length = address.family().bits(); length >= 0; length--) {
      Prefix prefix = Prefix.containing(address, length);
      if (entries.containsKey(prefix)) {
        out.add(prefix);
      }
    }
    return out;
  }

  /** All paths to a prefix, and what the decision makes of them now. */
  public List<ExplainedPath> explain(Prefix prefix) {
    Entry entry = entries.get(prefix);
    if (entry == null) {
      return List.of();
    }
    var out = new ArrayList<ExplainedPath>();
    for (Decision.Ranked ranked : Decision.rank(candidates(entry))) {
      out.add(explained(path(ranked.candidate()), ranked.fate()));
    }
    for (SimplePath path : entry.paths) {
      Exclusion why = exclusion(path);
      if (why != null) {
        out.add(explained(path, new PathFate.Excluded(why)));
      }
    }
    return out;
  }

  /** Prefixes that somebody announces. */
  public int size() {
    return entries.size();
  }

  /** Different attribute sets that are held; none when there is no route. */
  public int attributeSets() {
    return attributes.size();
  }

  private Entry entry(Prefix prefix) {
    Entry known = entries.get(prefix);
    if (known != null) {
      return known;
    }
    var fresh = new Entry();
    entries.put(prefix, fresh);
    order.add(prefix);
    return fresh;
  }

  private Optional<BestChange> choose(Prefix prefix, Entry entry) {
    List<Decision.Ranked> ranking = Decision.rank(candidates(entry));
    BestRoute before = entry.best;
    BestRoute after = ranking.isEmpty() ? null : bestRoute(prefix, ranking);
    entry.best = after;
    boolean same = before == null ? after == null : after != null && after.sameRoute(before);
    return same
        ? Optional.empty()
        : Optional.of(new BestChange(prefix, Optional.ofNullable(after)));
  }

  private BestRoute bestRoute(Prefix prefix, List<Decision.Ranked> ranking) {
    Decision.Ranked first = ranking.getFirst();
    SimplePath path = path(first.candidate());
    SelectionReason reason =
        first.fate() instanceof PathFate.Best(var why) ? why : SelectionReason.ONLY_PATH;
    if (path.local != null) {
      return new BestRoute(
          prefix,
          path.source(),
          first.candidate().attributes(),
          List.of(),
          path.local.interfaceName(),
          reason);
    }
    return new BestRoute(
        prefix,
        path.source(),
        first.candidate().attributes(),
        BestNextHops.of(ranking),
        interfaceName(first.candidate()),
        reason);
  }

  private Optional<String> interfaceName(Candidate candidate) {
    Ip nextHop = candidate.attributes().nextHop().orElseThrow();
    return nextHops.resolve(nextHop) instanceof NextHops.Resolution.Reached(_, var name)
        ? name
        : Optional.empty();
  }

  private List<Candidate> candidates(Entry entry) {
    var out = new ArrayList<Candidate>(entry.paths.size());
    for (SimplePath path : entry.paths) {
      if (path.local != null) {
        out.add(Candidate.local(path.number, path.local));
      } else if (path.from != null && path.exclusion == null) {
        Attributes imported = attributes.imported(path);
        if (nextHops.resolve(imported.nextHop().orElseThrow())
            instanceof NextHops.Resolution.Reached(long cost, _)) {
          out.add(
              Candidate.learned(
                  path.number, path.id, path.from.neighbour(), path.preference, imported, cost));
        }
      }
    }
    return out;
  }

  private @Nullable Exclusion exclusion(SimplePath path) {
    if (path.local != null || path.exclusion != null) {
      return path.exclusion;
    }
    Ip nextHop = attributes.imported(path).nextHop().orElseThrow();
    return nextHops.resolve(nextHop) instanceof NextHops.Resolution.Unreachable
        ? new Exclusion.UnreachableNextHop(nextHop)
        : null;
  }

  private ExplainedPath explained(SimplePath path, PathFate fate) {
    return new ExplainedPath(
        path.source(),
        attributes.received(path),
        attributes.imported(path),
        path.stale,
        fate,
        path.id);
  }

  private static @Nullable SimplePath find(Entry entry, AdjRibIn from, int pathId) {
    for (SimplePath path : entry.paths) {
      if (path.from == from && path.id == pathId) {
        return path;
      }
    }
    return null;
  }

  private SimplePath path(Candidate candidate) {
    return requireNonNull(paths.get(candidate.path()));
  }

  private void place(Entry entry, SimplePath path, int id) {
    attributes.place(path, id);
    path.number = ++numbers;
    paths.put(path.number, path);
    entry.paths.add(path);
  }

  private void remove(Entry entry, SimplePath path) {
    entry.paths.remove(path);
    paths.remove(path.number);
    attributes.drop(path);
  }

  private void reimport(Prefix prefix, SimplePath path) {
    if (path.from != null) {
      Attributes received = attributes.received(path);
      attributes.imported(
          path, Importer.evaluate(self, path.from, prefix, received, nextHops::resolve));
    }
  }

  private void removeLocal(Prefix prefix) {
    Entry entry = entries.get(prefix);
    if (localRoutes.remove(prefix) != null && entry != null) {
      entry.paths.stream()
          .filter(p -> p.local != null)
          .findFirst()
          .ifPresent(p -> remove(entry, p));
      marked.add(prefix);
    }
  }

  private void purge(AdjRibIn from, Family family, Predicate<SimplePath> goes) {
    forEachOf(
        from,
        family,
        (prefix, path) -> {
          if (goes.test(path)) {
            withdraw(from, prefix, path);
          }
        });
  }

  private void forEachOf(AdjRibIn from, Family family, BiConsumer<Prefix, SimplePath> action) {
    entries.forEach((prefix, entry) -> {
      // From the end: the action may remove the path that it gets.
      for (int i = entry.paths.size() - 1; i >= 0 && prefix.family() == family; i--) {
        SimplePath path = entry.paths.get(i);
        if (path.from == from) {
          action.accept(prefix, path);
        }
      }
    });
  }
}
