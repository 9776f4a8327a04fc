package io.margay.bgp.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.AsPath.Segment;
import io.margay.bgp.attr.AsPath.SegmentType;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.bgp.attr.Role;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.rib.SelectionReason;
import io.margay.bgp.wire.AttributeBlock;
import io.margay.bgp.wire.BlockRewriter;
import io.margay.bgp.wire.RandomRoutes;
import io.margay.bgp.wire.Rewrite;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The oracle is Exporter: the block of what it says is the block that is made here. */
class BlockRewriterTest {
  private static final long AS = 64512;
  private static final Set<Family> BOTH = Set.of(Family.IPV4, Family.IPV6);

  private final BlockRewriter rewriter = new BlockRewriter();

  @Test
  void aBlockIsChangedAsTheExporterChangesAttributes() {
    int sent = 0;
    for (long seed = 0; seed < 20_000; seed++) {
      var chance = new Random(seed);
      BestRoute route = route(chance);
      ExportPeer peer = peer(chance);
      if (new Exporter(peer).judge(route) instanceof ExportVerdict.Send(var told, _)) {
        sent++;
        byte[] block = AttributeBlock.encode(route.attributes());
        assertThat(rewritten(block, rewrite(route, peer, told)))
            .as("seed %d", seed)
            .isEqualTo(AttributeBlock.encode(told));
      }
    }
    assertThat(sent).isGreaterThan(5_000);
  }

  @Test
  void aFullFirstSegmentGetsOneBeforeIt() {
    List<Long> most = LongStream.range(0, AsPath.MAX_SEGMENT).map(i -> 65000 + i).boxed().toList();
    for (AsPath path :
        List.of(
            AsPath.EMPTY,
            new AsPath(List.of(new Segment(SegmentType.SET, List.of(65001L)))),
            new AsPath(List.of(new Segment(SegmentType.SEQUENCE, most))),
            new AsPath(List.of(new Segment(SegmentType.SEQUENCE, most.subList(0, 63)))),
            new AsPath(List.of(new Segment(SegmentType.SEQUENCE, most.subList(0, 254)))))) {
      Attributes before = new AttributesBuilder().asPath(path).build();
      Attributes after = before.toBuilder().asPath(path.prepend(List.of(AS))).build();
      assertThat(rewritten(AttributeBlock.encode(before), toOtherAs(true)))
          .isEqualTo(AttributeBlock.encode(after));
    }
  }

  @Test
  void whatNoLengthCanSayHasNoBlock() {
    Segment full =
        new Segment(SegmentType.SEQUENCE, Collections.nCopies(AsPath.MAX_SEGMENT, 65001L));
    var segments = new ArrayList<>(Collections.nCopies(64, full));
    segments.add(new Segment(SegmentType.SEQUENCE, Collections.nCopies(30, 65001L)));
    Attributes longest = new AttributesBuilder().asPath(new AsPath(segments)).build();
    byte[] block = AttributeBlock.encode(longest);
    assertThat(rewriter.rewrite(block, 0, block.length, toOtherAs(true))).isZero();
    assertThat(rewriter.rewrite(block, 0, block.length, Rewrite.inside(Optional.empty())))
        .isPositive();
  }

  @Test
  void nothingIsReflectedToAnotherAs() {
    var reflection = new Rewrite.Reflection(Ip4.of("10.0.0.1"), Ip4.of("10.0.0.2"));
    var external = new Rewrite.External(AS, true, OptionalLong.empty());
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Rewrite(Optional.empty(), Optional.of(external), Optional.of(reflection), false));
    assertThatIllegalArgumentException().isThrownBy(() -> toOtherAs(true).ofStale());
  }

  private byte[] rewritten(byte[] block, Rewrite rewrite) {
    byte[] inside = new byte[block.length + 9];
    System.arraycopy(block, 0, inside, 4, block.length);
    int length = rewriter.rewrite(inside, 4, 4 + block.length, rewrite);
    return Arrays.copyOf(rewriter.bytes(), length);
  }

  private static Rewrite toOtherAs(boolean keepMed) {
    return Rewrite.toOtherAs(
        Optional.empty(), new Rewrite.External(AS, keepMed, OptionalLong.empty()));
  }

  /** What the exporter of this peer does to this route, said in advance. */
  private static Rewrite rewrite(BestRoute route, ExportPeer peer, Attributes told) {
    Optional<Ip> hop = told.nextHop().filter(h -> !told.nextHop().equals(hopOf(route)));
    if (peer.remoteAs() != AS) {
      boolean down = peer.role().map(Role::looksDown).orElse(false);
      OptionalLong only = down ? OptionalLong.of(AS) : OptionalLong.empty();
      return Rewrite.toOtherAs(hop, new Rewrite.External(AS, route.isLocal(), only));
    }
    Rewrite rewrite =
        route.source() instanceof RouteSource.Peer(var from) && from.asn() == AS
            ? Rewrite.reflected(hop, new Rewrite.Reflection(from.routerId(), peer.clusterId()))
            : Rewrite.inside(hop);
    boolean stale = route.attributes().has(Community.LLGR_STALE);
    return stale && !peer.longLived() ? rewrite.ofStale() : rewrite;
  }

  private static Optional<Ip> hopOf(BestRoute route) {
    return route.attributes().nextHop();
  }

  private static BestRoute route(RandomGenerator chance) {
    Family family = chance.nextBoolean() ? Family.IPV4 : Family.IPV6;
    var routes = new RandomRoutes(chance);
    Prefix prefix = routes.prefix(family);
    if (chance.nextInt(8) == 0) {
      var local = new RouteSource.Local(LocalRoute.of(prefix, LocalRoute.Kind.BLOCK));
      return best(prefix, local, Attributes.LOCAL.toBuilder().med(5).build());
    }
    var attributes = routes.attributes(family).toBuilder();
    if (chance.nextBoolean()) {
      attributes.withoutLocalPref().withoutReflection();
    }
    if (chance.nextInt(6) == 0) {
      attributes.add(Community.LLGR_STALE);
    }
    var from =
        new Neighbour(
            "from",
            PeerKind.GLOBAL,
            routes.address(family),
            chance.nextBoolean() ? AS : 65001,
            AS,
            new Ip4(chance.nextInt()),
            chance.nextBoolean(),
            0);
    return best(prefix, new RouteSource.Peer(from), attributes.build());
  }

  private static BestRoute best(Prefix prefix, RouteSource source, Attributes attributes) {
    return new BestRoute(
        prefix, source, attributes, List.of(), Optional.empty(), SelectionReason.ONLY_PATH);
  }

  private static ExportPeer peer(RandomGenerator chance) {
    NextHopMode[] modes = NextHopMode.values();
    Role[] roles = Role.values();
    boolean external = chance.nextBoolean();
    return new ExportPeer(
        "to",
        AS,
        external ? 65000 : AS,
        new Ip4(chance.nextInt()),
        new Ip4(chance.nextInt()),
        chance.nextBoolean(),
        BOTH,
        List.of(Ip.of("10.0.0.1"), Ip.of("2001:db8::1")),
        modes[chance.nextInt(modes.length)],
        ExportPolicy.ACCEPT,
        chance.nextBoolean(),
        external && chance.nextBoolean()
            ? Optional.of(roles[chance.nextInt(roles.length)])
            : Optional.empty(),
        chance.nextBoolean(),
        new ExportOptions(false, chance.nextBoolean()));
  }
}
