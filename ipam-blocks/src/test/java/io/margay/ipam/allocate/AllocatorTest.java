package io.margay.ipam.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.InMemoryBlockStore;
import io.margay.ipam.store.IpamConfig;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Pool;
import io.margay.ipam.store.StoreUnavailableException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AllocatorTest {
  private final Cluster cluster = new Cluster();

  @Test
  void theFirstPodClaimsABlockAndTheSecondCostsTwoWrites() {
    cluster.pool("east", "10.0.0.0/16", 26);
    Ip first = cluster.assigned("node-a", "h1");
    Prefix block = Prefix.containing(first, 26);
    assertThat(cluster.store.log())
        .map(Object::toString)
        .containsExactly(
            "get config",
            "list reservations",
            "list affinity",
            "list block",
            "create affinity host:node-a " + block,
            "get block " + block,
            "create block " + block,
            "update affinity host:node-a " + block,
            "create handle h1",
            "update block " + block);
    cluster.store.clearLog();
    assertThat(cluster.assigned("node-a", "h2")).isEqualTo(first.plus(1));
    assertThat(cluster.store.log())
        .map(Object::toString)
        .containsExactly(
            "get config", "list reservations", "create handle h2", "update block " + block);
  }

  @Test
  void aRestartedAgentUsesTheBlocksItHas() {
    cluster.pool("east", "10.0.0.0/16", 26);
    Ip first = cluster.assigned("node-a", "h1");
    var again = cluster.restarted("node-a").assign(Cluster.request("node-a", "h2"));
    assertThat(again)
        .isEqualTo(
            new AssignResult.Assigned(first.plus(1), Prefix.containing(first, 26), "east", false));
    assertThat(cluster.store.storedBlocks()).hasSize(1);
  }

  @Test
  void whenOneBlockIsFullTheNextIsClaimedUpToTheLimit() {
    cluster.pool("east", "10.0.0.0/16", 30);
    cluster.store.config(new IpamConfig(true, true, 2));
    for (int i = 0; i < 8; i++) {
      cluster.assigned("node-a", "h" + i);
    }
    assertThat(cluster.store.storedBlocks()).hasSize(2);
    assertThat(cluster.refused("node-a", "h8"))
        .startsWith("All addresses of this node's 2 blocks are in use (10.0.")
        .contains("2 is the most it may have in pool east")
        .contains("Raise maxBlocksPerHost in IPAMConfig \"default\"");
    assertThat(cluster.store.storedHandles()).hasSize(8);
  }

  @Test
  void atTheLimitNothingIsBorrowed() {
    cluster.pool("east", "10.0.0.0/16", 31);
    cluster.store.config(new IpamConfig(false, true, 1));
    cluster.assigned("node-b", "b");
    cluster.assigned("node-a", "a1");
    cluster.assigned("node-a", "a2");
    assertThat(cluster.refused("node-a", "a3")).startsWith("All addresses of this node's 1 blocks");
  }

  @Test
  void withStrictAffinityAnExhaustedPoolIsRefused() {
    cluster.pool("east", "10.0.0.0/30", 31);
    cluster.store.config(new IpamConfig(true, true, 0));
    cluster.assigned("node-a", "a1");
    cluster.assigned("node-b", "b1");
    cluster.assigned("node-b", "b2");
    assertThat(cluster.refused("node-b", "b3"))
        .isEqualTo(
            "No address is free in pool east: 2 blocks exist, 1 of them this node's; strictAffinity"
                + " is true, so nothing is borrowed from other nodes' blocks. Add an IPPool, or"
                + " look for leaked addresses with `margayctl ipam check`.");
  }

  @Test
  void aBorrowedAddressIsMarkedAndItsReleaseLeavesTheOwnersBlock() {
    cluster.pool("east", "10.0.0.0/30", 31);
    cluster.assigned("node-a", "a1");
    cluster.assigned("node-b", "b1");
    cluster.assigned("node-b", "b2");
    var borrowed = (AssignResult.Assigned) cluster.assign("node-b", "b3");
    assertThat(borrowed.borrowed()).isTrue();
    assertThat(cluster.node("node-b").releaseHandle("b3"))
        .isEqualTo(new ReleaseResult.Released(List.of(borrowed.ip())));
    assertThat(cluster.store.storedBlocks()).allMatch(b -> b.affinity().isPresent()).hasSize(2);
  }

  @Test
  void poolsAreTriedByNameAndBySelectorsUnlessAskedFor() {
    cluster.pool("b-east", "10.1.0.0/16", 26).pool("a-west", "10.2.0.0/16", 26);
    assertThat(Prefix.of("10.2.0.0/16").contains(cluster.assigned("node-a", "h1"))).isTrue();
    cluster.pools.set(
        1,
        new Pool(
            "a-west",
            Prefix.of("10.2.0.0/16"),
            26,
            false,
            new Pool.NodeMatch("zone == 'west'", false),
            Pool.NamespaceMatch.ALL,
            Cluster.WORKLOAD_AND_TUNNEL,
            Pool.AssignmentMode.AUTOMATIC));
    assertThat(Prefix.of("10.1.0.0/16").contains(cluster.assigned("node-a", "h2"))).isTrue();
    Ip asked = ((AssignResult.Assigned) ask("h3", "10.2.0.0/16")).ip();
    assertThat(Prefix.of("10.2.0.0/16").contains(asked)).isTrue();
    assertThat(ask("h4", "north"))
        .isEqualTo(
            new AssignResult.Refused(new Refusal.NoSuchPool("north", List.of("a-west", "b-east"))));
  }

  @Test
  void everyPoolThatIsLeftOutSaysWhy() {
    var shop = new Pool.NamespaceMatch("team == 'shop'", l -> "shop".equals(l.get("team")));
    cluster.pools.add(pool("off", "10.1.0.0/16", true, true, Pool.NamespaceMatch.ALL));
    cluster.pools.add(pool("far", "10.2.0.0/16", false, false, Pool.NamespaceMatch.ALL));
    cluster.pools.add(pool("shop", "10.3.0.0/16", false, true, shop));
    assertThat(cluster.refused("node-a", "h"))
        .isEqualTo(
            "No IPv4 pool may be used here: pool \"far\" does not select this node (zone == 'a');"
                + " pool \"off\" is disabled or being deleted; pool \"shop\" does not select the"
                + " namespace (team == 'shop'). Look at `margayctl ipam show` and the IPPools'"
                + " nodeSelector, namespaceSelector and allowedUses.");
    var inShop =
        new AssignRequest(
            Family.IPV4,
            Pool.Use.WORKLOAD,
            "h",
            Map.of(),
            List.of(),
            Optional.of(Map.of("team", "shop")));
    assertThat(cluster.node("node-a").assign(inShop)).isInstanceOf(AssignResult.Assigned.class);
  }

  @Test
  void tunnelAddressesComeFromPoolsThatAllowThem() {
    cluster.pools.add(
        new Pool(
            "pods",
            Prefix.of("10.1.0.0/16"),
            26,
            false,
            Pool.NodeMatch.ALL,
            Pool.NamespaceMatch.ALL,
            EnumSet.of(Pool.Use.WORKLOAD),
            Pool.AssignmentMode.AUTOMATIC));
    cluster.pool("both", "10.2.0.0/16", 26);
    String handle = "ipip-tunnel-addr-node-a";
    var attributes = Map.of("node", "node-a", "type", "ipipTunnelAddress");
    var request =
        new AssignRequest(
            Family.IPV4, Pool.Use.TUNNEL, handle, attributes, List.of(), Optional.empty());
    Ip ip = ((AssignResult.Assigned) cluster.node("node-a").assign(request)).ip();
    assertThat(Prefix.of("10.2.0.0/16").contains(ip)).isTrue();
    assertThat(cluster.node("node-a").holder(ip).orElseThrow().activeOwner()).isEqualTo(attributes);
    assertThat(cluster.node("node-a").addressesOf(handle)).containsExactly(ip);
  }

  @Test
  void reservedAddressesAndBlocksAreLeftOut() {
    cluster.pool("east", "10.0.0.0/29", 30);
    cluster.store.reserve(Prefix.of("10.0.0.0/30"), Prefix.of("10.0.0.4/31"));
    assertThat(cluster.assigned("node-a", "h1")).isEqualTo(Ip.of("10.0.0.6"));
    assertThat(cluster.assigned("node-a", "h2")).isEqualTo(Ip.of("10.0.0.7"));
    assertThat(cluster.refused("node-a", "h3")).startsWith("No address is free in pool east");
    var given = new GivenRequest(Ip.of("10.0.0.4"), "h4", Map.of());
    assertThat(cluster.node("node-a").assignGiven(given)).isInstanceOf(AssignResult.Assigned.class);
  }

  @Test
  void withoutAutoAllocationOnlyWhatExistsIsUsed() {
    cluster.pool("east", "10.0.0.0/16", 26);
    cluster.store.config(new IpamConfig(true, false, 0));
    assertThat(cluster.refused("node-a", "h"))
        .contains("0 blocks exist")
        .contains("autoAllocateBlocks is false");
  }

  @Test
  void aGivenAddressOfAnotherNodesBlockIsRefusedWhenAffinityIsStrict() {
    cluster.pool("east", "10.0.0.0/30", 30);
    cluster.assigned("node-a", "a");
    var wish = new GivenRequest(Ip.of("10.0.0.3"), "b", Map.of());
    cluster.store.config(new IpamConfig(true, true, 0));
    assertThat(((AssignResult.Refused) cluster.node("node-b").assignGiven(wish)).why().text())
        .startsWith("10.0.0.3 is in block 10.0.0.0/30 of host:node-a, and strictAffinity is true");
    cluster.store.config(IpamConfig.DEFAULT);
    assertThat(cluster.node("node-b").assignGiven(wish))
        .isEqualTo(
            new AssignResult.Assigned(Ip.of("10.0.0.3"), Prefix.of("10.0.0.0/30"), "east", true));
  }

  @Test
  void aReleaseOfWhatIsGivenAnewIsRefused() {
    cluster.pool("east", "10.0.0.0/16", 26);
    Ip ip = cluster.assigned("node-a", "h1");
    var stale = new ReleaseRequest(ip, Optional.of("h0"), OptionalLong.empty());
    assertThat(cluster.node("node-a").release(List.of(stale)))
        .isEqualTo(new ReleaseResult.Failed(ip + " belongs to handle h1 by now"));
    var old = new ReleaseRequest(ip, Optional.of("h1"), OptionalLong.of(7));
    assertThat(cluster.node("node-a").release(List.of(old)))
        .isInstanceOf(ReleaseResult.Failed.class);
    assertThat(cluster.node("node-a").addressesOf("h1")).containsExactly(ip);
  }

  @Test
  void anAddressWhosePoolIsGoneIsStillReleased() {
    cluster.pool("east", "10.0.0.0/16", 26);
    Ip ip = cluster.assigned("node-a", "h1");
    cluster.pools.clear();
    var wish = new ReleaseRequest(ip, Optional.empty(), OptionalLong.empty());
    assertThat(cluster.node("node-a").release(List.of(wish)))
        .isEqualTo(new ReleaseResult.Released(List.of(ip)));
    assertThat(cluster.store.storedHandles()).isEmpty();
  }

  @Test
  void aHandleThatCountsTooMuchIsCleanedUpByItsRelease() {
    cluster.pool("east", "10.0.0.0/16", 26);
    cluster.assigned("node-a", "h1");
    cluster.store.fault(failing("update block"));
    assertThat(cluster.assign("node-a", "h2")).isInstanceOf(AssignResult.Refused.class);
    cluster.store.fault(InMemoryBlockStore.Fault.NONE);
    assertThat(cluster.store.storedHandles()).hasSize(2);
    assertThat(cluster.node("node-a").releaseHandle("h2"))
        .isEqualTo(new ReleaseResult.Released(List.of()));
    assertThat(cluster.store.storedHandles()).hasSize(1);
  }

  @Test
  void aBlockWhosePoolDoesNotSelectTheNodeAnyMoreIsGivenUpWhenEmpty() {
    cluster.pools.add(pool("east", "10.0.0.0/16", false, true, Pool.NamespaceMatch.ALL));
    cluster.assigned("node-a", "h1");
    cluster.assigned("node-a", "h2");
    cluster.pools.set(0, pool("east", "10.0.0.0/16", false, false, Pool.NamespaceMatch.ALL));
    cluster.node("node-a").releaseHandle("h1");
    assertThat(cluster.store.storedBlocks()).hasSize(1);
    cluster.node("node-a").releaseHandle("h2");
    assertThat(cluster.store.storedBlocks()).isEmpty();
    assertThat(cluster.store.storedAffinities()).isEmpty();
  }

  @Test
  void aLostAffinityIsNoticedAtTheWriteAndAnotherBlockClaimed() {
    cluster.pool("east", "10.0.0.0/16", 26);
    Ip ip = cluster.assigned("node-a", "h1");
    Prefix block = Prefix.containing(ip, 26);
    // Somebody takes the affinity out of the block behind our back.
    var stored = cluster.store.blocks().get(block).orElseThrow();
    cluster
        .store
        .blocks()
        .update(stored.value().withoutAffinity().withNextSequenceNumber(), stored.revision());
    var next = (AssignResult.Assigned) cluster.assign("node-a", "h2");
    assertThat(next.block()).isNotEqualTo(block);
    assertThat(next.borrowed()).isFalse();
    assertThat(cluster.store.storedAffinities())
        .containsExactly(Affinity.of(Owner.host("node-a"), next.block(), Affinity.State.CONFIRMED));
    // The last address of a block of nobody's takes the block away.
    cluster.node("node-a").releaseHandle("h1");
    assertThat(cluster.store.storedBlocks()).hasSize(1);
  }

  @Test
  void aSilentStoreIsNamedInTheRefusal() {
    cluster.pool("east", "10.0.0.0/16", 26);
    cluster.store.fault(failing("list affinity"));
    assertThat(cluster.refused("node-a", "h1"))
        .isEqualTo(
            "The API server cannot be asked for an address: list affinity: connection refused."
                + " Look at its health and at the agent's access to it.");
    cluster.store.fault(InMemoryBlockStore.Fault.NONE);
    cluster.assigned("node-a", "h1");
  }

  @Test
  void statsTellWhatWasDone() {
    cluster.pool("east", "10.0.0.0/16", 26);
    cluster.assigned("node-a", "h1");
    cluster.assigned("node-a", "h2");
    cluster.node("node-a").releaseHandle("h1");
    assertThat(cluster.node("node-a").stats()).isEqualTo(new AllocatorStats(2, 1, 0, 3, 0, 1, 0));
  }

  private AssignResult ask(String handle, String pool) {
    return cluster
        .node("node-a")
        .assign(
            new AssignRequest(
                Family.IPV4, Pool.Use.WORKLOAD, handle, Map.of(), List.of(pool), Optional.empty()));
  }

  private static Pool pool(
      String name, String cidr, boolean disabled, boolean selected, Pool.NamespaceMatch match) {
    return new Pool(
        name,
        Prefix.of(cidr),
        26,
        disabled,
        new Pool.NodeMatch("zone == 'a'", selected),
        match,
        Cluster.WORKLOAD_AND_TUNNEL,
        Pool.AssignmentMode.AUTOMATIC);
  }

  private static InMemoryBlockStore.Fault failing(String start) {
    return new InMemoryBlockStore.Fault() {
      @Override
      public void before(InMemoryBlockStore.Request request) {
        if (request.toString().startsWith(start)) {
          throw new StoreUnavailableException(request + ": connection refused");
        }
      }
    };
  }
}
