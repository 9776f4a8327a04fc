package io.margay.interop;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.AsPath.Segment;
import io.margay.bgp.attr.AsPath.SegmentType;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.bgp.attr.Origin;
import io.margay.bgp.wire.Announcement;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Prefixes with two to five paths each, by a seed, and how they change. The paths of a prefix are
 * alike up to a step of the decision that is drawn, too, so that every step decides some.
 */
final class PathSets {
  private static final List<Long> FAR_AS = List.of(64601L, 64602L, 64603L, 64604L);
  private static final List<Origin> ORIGINS = List.of(Origin.values());

  /** Ids of routers that reflected, and of those who began; one each is a sender's. */
  private static final List<Ip4> IDS =
      List.of(Ip4.of("10.255.0.2"), Ip4.of("10.255.0.4"), Ip4.of("10.255.0.6"));

  private static final List<Community> COMMUNITIES =
      List.of(
          new Community(64601 << 16 | 1),
          new Community(64602 << 16 | 2),
          Community.NO_EXPORT,
          Community.NO_EXPORT_SUBCONFED);

  private final Random random;
  private final int prefixes;
  private final Map<Prefix, Map<Sender, Attributes>> said = new LinkedHashMap<>();
  private int round;

  PathSets(long seed, int prefixes) {
    this.random = new Random(seed);
    this.prefixes = prefixes;
  }

  /** All prefixes there are, whether they have a path or not. */
  List<Prefix> all() {
    return List.copyOf(said.keySet());
  }

  /** What all senders say of a prefix, for a failed test. */
  String story(Prefix prefix) {
    var text = new StringBuilder();
    said.getOrDefault(prefix, Map.of())
        .forEach(
            (sender, path) -> text.append(sender.label()).append(' ').append(path).append('\n'));
    return text.toString();
  }

  /**
   * What each sender says before all others: one prefix by each next hop. A router that has to ask
   * how those are reached knows it from then on.
   */
  static Said first(Sender sender) {
    return new Said(
        List.of(),
        List.of(
            announcement(mark(sender, 0), alike(sender).build()),
            announcement(beyond(sender), alike(sender).nextHop(Routers.FAR).build())),
        false);
  }

  /**
   * What each sender says next: everything at first, then changes of a third. The last prefix of
   * each is {@link #mark}: who knows that knows all before it.
   */
  Map<Sender, Said> next() {
    round++;
    var announced = new HashMap<Sender, List<Announcement>>();
    var withdrawn = new HashMap<Sender, List<Prefix>>();
    for (int i = 0; i < prefixes; i++) {
      Prefix prefix = new Prefix(Ip4.of("10.100.0.0").plus(i * 256L), 24);
      if (round == 1 || random.nextInt(3) == 0) {
        Map<Sender, Attributes> before = said.getOrDefault(prefix, Map.of());
        Map<Sender, Attributes> after = paths();
        said.put(prefix, after);
        for (Sender sender : Sender.ALL) {
          if (after.containsKey(sender)) {
            announced
                .computeIfAbsent(sender, _ -> new ArrayList<>())
                .add(announcement(prefix, after.get(sender)));
          } else if (before.containsKey(sender)) {
            withdrawn.computeIfAbsent(sender, _ -> new ArrayList<>()).add(prefix);
          }
        }
      }
    }
    var batches = new LinkedHashMap<Sender, Said>();
    for (Sender sender : Sender.ALL) {
      List<Announcement> all = announced.computeIfAbsent(sender, _ -> new ArrayList<>());
      Collections.shuffle(all, random);
      all.add(announcement(mark(sender, round), alike(sender).build()));
      batches.put(sender, new Said(withdrawn.getOrDefault(sender, List.of()), all, false));
    }
    return batches;
  }

  /** What only this sender says, and in this round only. */
  static Prefix mark(Sender sender, int round) {
    return new Prefix(Ip4.of("10.250.0.0").plus(sender.number() * 256L + round), 32);
  }

  /** What only this sender says, from the beginning on, by the far next hop. */
  static Prefix beyond(Sender sender) {
    return new Prefix(Ip4.of("10.251.0.0").plus(sender.number()), 32);
  }

  private static Announcement announcement(Prefix prefix, Attributes attributes) {
    return new Announcement(Family.IPV4, attributes, List.of(prefix));
  }

  private Map<Sender, Attributes> paths() {
    var senders = new ArrayList<>(Sender.ALL);
    Collections.shuffle(senders, random);
    int step = random.nextInt(8);
    var paths = new LinkedHashMap<Sender, Attributes>();
    for (Sender sender : senders.subList(0, 2 + random.nextInt(4))) {
      paths.put(sender, differing(sender, step).build());
    }
    return paths;
  }

  /** What the paths of all senders have in common. */
  private static AttributesBuilder alike(Sender sender) {
    var path = new AttributesBuilder().origin(Origin.IGP).nextHop(Routers.NEAR);
    return sender.isInternal()
        ? path.asPath(AsPath.sequence(64601L, 64604L)).localPref(100)
        : path.asPath(AsPath.sequence(sender.asn(), 64604L));
  }

  /** Differs from the others' in this step of the decision, and maybe in those behind it. */
  private AttributesBuilder differing(Sender sender, int step) {
    AttributesBuilder path = alike(sender);
    if (sender.isInternal() && step == 0 && random.nextBoolean()) {
      path.localPref(99 + random.nextInt(3));
    }
    if (step <= 1 && random.nextBoolean()) {
      path.asPath(asPath(sender));
    }
    if (step <= 2 && random.nextBoolean()) {
      path.origin(ORIGINS.get(random.nextInt(ORIGINS.size())));
    }
    if (step <= 3 && random.nextInt(4) > 0) {
      path.med(random.nextInt(4));
    }
    if (step <= 5 && random.nextBoolean()) {
      path.nextHop(Routers.FAR);
    }
    if (sender.isInternal() && random.nextBoolean()) {
      path.originatorId(one(IDS)).clusterList(clusters());
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      path.add(one(COMMUNITIES));
    }
    return path;
  }

  private AsPath asPath(Sender sender) {
    var sequence = new ArrayList<Long>();
    if (!sender.isInternal()) {
      sequence.add(sender.asn());
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      // The routers' own: a loop, which is no path at all.
      sequence.add(random.nextInt(12) == 0 ? (Long) Sender.ROUTERS_AS : one(FAR_AS));
    }
    var segments = new ArrayList<Segment>();
    if (!sequence.isEmpty()) {
      segments.add(new Segment(SegmentType.SEQUENCE, sequence));
      if (random.nextInt(8) == 0) {
        segments.add(new Segment(SegmentType.SET, List.of(one(FAR_AS), 64605L)));
      }
    }
    return new AsPath(segments);
  }

  private List<Ip4> clusters() {
    var clusters = new ArrayList<Ip4>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      // The routers' own: a loop.
      clusters.add(random.nextInt(12) == 0 ? Routers.ID : one(IDS));
    }
    return clusters;
  }

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
