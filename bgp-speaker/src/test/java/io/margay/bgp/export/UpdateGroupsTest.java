package io.margay.bgp.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.bgp.attr.Role;
import io.margay.bgp.filter.BgpFilter;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.filter.FilterRule;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.filter.Operation;
import io.margay.bgp.rib.AdjRibIn;
import io.margay.bgp.rib.Hearing;
import io.margay.bgp.rib.Identity;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.OfferedPath;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.wire.Announcement;
import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.Bytes;
import io.margay.bgp.wire.DecodedUpdate;
import io.margay.bgp.wire.NlriList;
import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import io.netty.buffer.UnpooledByteBufAllocator;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happens, each member of a group is told what {@link Exporter} says of what is chosen, or
 * of the paths that could be, as if it were alone: slow ones, late ones, and those whose rules
 * change.
 */
class UpdateGroupsTest {
  private static final int PEERS = 10;
  private static final int ALL = Integer.MAX_VALUE;
  private static final int STEPS = 600;
  private static final Identity SELF =
      new Identity(Ip4.of("10.0.0.1"), Optional.of(Ip4.of("10.0.0.1")), Set.of(Ip.of("10.0.0.1")));

  private final LocRib rib = new LocRib(SELF);
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
  private final UpdateGroups groups = new UpdateGroups(rib, allocator, 300);
  private final List<Peer> peers = new ArrayList<>();
  private final Map<Prefix, LocalRoute> own = new HashMap<>();
  private Random chance = new Random();

  /** A path by prefix and identifier; 0 where a peer gets one path only. */
  private record Path(Prefix prefix, int id) {}

  /** A peer that says things, and knows what it was told while it has a session. */
  private final class Peer implements PeerSink {
    final int number;
    final AdjRibIn in;
    final Map<Path, Attributes> known = new HashMap<>();
    final Set<Family> several;
    final int most;
    final Set<Family> ended = EnumSet.noneOf(Family.class);
    ExportPeer rules;
    Optional<GroupMember> member = Optional.empty();
    Optional<UpdateGroup> group = Optional.empty();
    int room;

    Peer(int number) {
      this.number = number;
      this.several = EnumSet.noneOf(Family.class);
      if (number > 3 && number != 9) {
        several.add(Family.IPV4);
      }
      if (number > 2 && number != 9) {
        several.add(Family.IPV6);
      }
      this.most = number == 4 ? 2 : ALL;
      this.in = rib.open(neighbour(), ImportPolicy.ACCEPT);
      this.rules = rules();
    }

    private long asn() {
      return number < 9 ? 64512 : 65000 + number % 2;
    }

    private Neighbour neighbour() {
      Ip4 address = new Ip4(0x0a000000 + number);
      return new Neighbour(
          "peer" + number, PeerKind.GLOBAL, address, asn(), 64512, address, number > 6, 0);
    }

    ExportPeer rules() {
      boolean external = asn() != 64512;
      return new ExportPeer(
          "peer" + number,
          64512,
          asn(),
          new Ip4(0x0a000000 + number),
          Ip4.of("10.0.0.1"),
          number > 6,
          Set.of(Family.IPV4, Family.IPV6),
          List.of(Ip.of("10.0.0.1"), Ip.of("fd00::1")),
          NextHopMode.AUTO,
          policy(),
          false,
          external && number == 9 ? Optional.of(Role.PROVIDER) : Optional.empty(),
          chance.nextInt(4) == 0,
          new ExportOptions(chance.nextInt(6) == 0, chance.nextInt(6) == 0));
    }

    WireFormat format() {
      return new WireFormat(
          number != 9 && number != 11,
          asn() == 64512,
          Set.of(Family.IPV4, Family.IPV6),
          BgpMessage.MAX_LENGTH,
          false,
          several,
          several);
    }

    void up() {
      known.clear();
      ended.clear();
      var fresh = new GroupMember("peer" + number, 0x0a000000 + number, this);
      member = Optional.of(fresh);
      group = Optional.of(groups.join(fresh, GroupRules.of(rules, format(), most)));
      group.get().endOfRibAfterwards(fresh, Set.of(Family.IPV4));
    }

    void down() {
      groups.leave(member.orElseThrow(), group.orElseThrow());
      member = Optional.empty();
      group = Optional.empty();
    }

    void change() {
      rules = rules();
      if (member.isPresent()) {
        group = Optional.of(groups.move(member.get(), group.orElseThrow(), rules));
      }
    }

    @Override
    public boolean hasRoom() {
      return room > 0;
    }

    @Override
    public void send(Message message) {
      room--;
      byte[] bytes = new byte[message.bytes().readableBytes()];
      message.bytes().readBytes(bytes).release();
      List<BgpMessage> messages = Bytes.messages(bytes, format());
      assertThat(messages).hasSize(message.messages());
      for (BgpMessage each : messages) {
        var update = (DecodedUpdate) each;
        assertThat(update.faults()).isEmpty();
        for (int i = 0; i < update.withdrawn().size(); i++) {
          Prefix prefix = update.withdrawn().get(i);
          Attributes before =
              known.remove(new Path(prefix, NlriList.idAt(update.withdrawnIds(), i)));
          // A late member's one path to a prefix may be withdrawn though it was never told of it.
          assertThat(before != null || !several.contains(prefix.family())).isTrue();
        }
        for (Announcement a : update.announced()) {
          for (int i = 0; i < a.prefixes().size(); i++) {
            var path = new Path(a.prefixes().get(i), NlriList.idAt(a.pathIds(), i));
            known.put(path, a.attributes());
          }
        }
      }
    }

    @Override
    public void endOfRib(Family family) {
      assertThat(ended.add(family)).isTrue();
    }

    @Override
    public void endOfRefresh(Family family) {}

    Map<Path, Attributes> expected() {
      var exporter = new Exporter(rules);
      var out = new HashMap<Path, Attributes>();
      for (Prefix prefix : rib.reader().chosen()) {
        int left = most;
        for (OfferedPath path : offered(prefix)) {
          if (left > 0
              && exporter.judge(path.route()) instanceof ExportVerdict.Send(var attributes, _)) {
            out.put(new Path(prefix, path.number()), attributes);
            left--;
          }
        }
      }
      return out;
    }

    private List<OfferedPath> offered(Prefix prefix) {
      return several.contains(prefix.family())
          ? rib.reader().offered(prefix, most)
          : rib.reader().best(prefix).map(best -> new OfferedPath(0, best)).stream().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void eachIsToldWhatItWouldBeToldAlone(long seed) {
    chance = new Random(seed);
    rib.holder(groups);
    for (int number = 2; number < 2 + PEERS; number++) {
      peers.add(new Peer(number));
    }
    for (int step = 0; step < STEPS; step++) {
      step();
      if (step % 50 == 49) {
        settle("seed " + seed + " step " + step);
      }
    }
    for (Peer peer : peers) {
      peer.member.ifPresent(_ -> peer.down());
      rib.close(peer.in);
    }
    rib.originate(Map.of());
    settle("seed " + seed + " at the end");
    assertThat(rib.size()).isZero();
    assertThat(rib.attributeSets()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  private void step() {
    Peer peer = peers.get(chance.nextInt(PEERS));
    switch (chance.nextInt(16)) {
      case 0, 1, 2, 3, 4 ->
          Hearing.announce(
              rib,
              peer.in,
              attributes(peer),
              List.of(prefix(), prefix(), prefix()),
              IntList.of(pathId(), pathId(), pathId()));
      case 5, 6, 7 ->
          Hearing.withdraw(
              rib, peer.in, List.of(prefix(), prefix()), IntList.of(pathId(), pathId()));
      case 8 -> {
        if (peer.member.isEmpty()) {
          peer.up();
        } else if (chance.nextInt(3) == 0) {
          peer.down();
        }
      }
      case 9 -> peer.change();
      case 10 -> {
        Family family = chance.nextBoolean() ? Family.IPV4 : Family.IPV6;
        peer.member.ifPresent(m -> peer.group.orElseThrow().sendAgain(m, family));
      }
      case 11 -> {
        Prefix prefix = prefix();
        if (own.remove(prefix) == null) {
          own.put(prefix, LocalRoute.of(prefix, LocalRoute.Kind.BLOCK));
        }
        rib.originate(new HashMap<>(own));
      }
      default -> peer.room += chance.nextInt(3);
    }
    if (chance.nextBoolean()) {
      flush(chance.nextInt(4));
    }
  }

  private boolean flush(int limit) {
    rib.walk(limit);
    rib.decide(
        limit,
        (rows, row, changed) -> {
          if (changed) {
            groups.mark(rows, row);
          } else {
            groups.markPaths(rows, row);
          }
        });
    boolean more = groups.flush();
    var _ = rib.sweep(1 + chance.nextInt(40));
    return more || rib.hasMarked();
  }

  private void settle(String when) {
    peers.forEach(peer -> peer.room = 1000);
    int turns = 0;
    while (flush(100)) {
      assertThat(turns++).as(when).isLessThan(1000);
    }
    for (Peer peer : peers) {
      if (peer.member.isPresent()) {
        GroupMember member = peer.member.get();
        UpdateGroup group = peer.group.orElseThrow();
        String whose = when + " " + peer.rules.name();
        Map<Path, Attributes> expected = peer.expected();
        assertThat(peer.known).as(whose).isEqualTo(expected);
        assertThat(group.size(member)).as(whose).isEqualTo(expected.size());
        expected.forEach((path, attributes) ->
            assertThat(group.told(member, path.prefix()))
                .as(whose)
                .containsEntry(path.id(), attributes));
        assertThat(peer.ended).as(whose).containsExactly(Family.IPV4);
        assertThat(group.knowsAll(member)).as(whose).isTrue();
      }
      peer.room = chance.nextInt(2);
    }
  }

  private Prefix prefix() {
    int number = chance.nextInt(12);
    return number < 9
        ? Prefix.containing(new Ip4(0x0a010000 + number * 64), 26)
        : Prefix.containing(new Ip6(0xfd00L << 48, (long) number << 32), 96);
  }

  private int pathId() {
    return chance.nextInt(2);
  }

  private Attributes attributes(Peer peer) {
    AsPath path = peer.asn() == 64512 ? AsPath.EMPTY : AsPath.sequence(peer.asn());
    AttributesBuilder out =
        new AttributesBuilder()
            .nextHop(new Ip4(0x0a000000 + peer.number))
            .asPath(chance.nextBoolean() ? path : path.prepend(List.of(4_200_000_000L)))
            .med(chance.nextInt(3))
            .localPref(100 + chance.nextInt(2));
    switch (chance.nextInt(8)) {
      case 0 -> out.originatorId(new Ip4(0x0a000002 + chance.nextInt(PEERS)));
      case 1 -> out.communities(List.of(Community.NO_EXPORT));
      case 2 -> out.communities(List.of(Community.LLGR_STALE, new Community(3)));
      case 3 -> out.communities(List.of(new Community(chance.nextInt(3))));
      default -> {}
    }
    return out.build();
  }

  private ExportPolicy policy() {
    return switch (chance.nextInt(8)) {
      case 0 -> new ExportPolicy(List.of(), new ExportPolicy.Default.OriginatedOnly());
      case 1 -> {
        var rule =
            new FilterRule(
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Community(chance.nextInt(3))),
                List.of(),
                OptionalLong.empty(),
                chance.nextBoolean() ? FilterRule.Action.ACCEPT : FilterRule.Action.REJECT,
                List.of(new Operation.AddCommunity(new Community(7))));
        yield new ExportPolicy(
            List.of(new BgpFilter("f", List.of(rule), List.of(rule))),
            new ExportPolicy.Default.AcceptAll());
      }
      default -> ExportPolicy.ACCEPT;
    };
  }
}
