package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Owner;
import io.margay.kube.image.Change;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpamBlock;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HomesTest {
  private static final int RUNS = 200;
  private static final int STEPS = 40;

  @Test
  void followingEachChangeEndsWhereReadingEverythingDoes() {
    for (long seed = 0; seed < RUNS; seed++) {
      var random = new Random(seed);
      var homes = new Homes();
      ClusterImage image = ClusterImage.EMPTY;
      for (int step = 0; step < STEPS; step++) {
        ClusterDelta delta = change(random, image);
        image = image.apply(delta);
        Map<Prefix, Homes.Home> before = new HashMap<>(homes.all());
        Set<Prefix> touched = homes.update(image, delta);
        assertThat(homes.all()).as("seed %d, step %d", seed, step).isEqualTo(read(image));
        assertThat(touched).as("seed %d, step %d", seed, step).isEqualTo(differing(before, homes));
      }
    }
  }

  /** What an image says, without any memory. */
  private static Map<Prefix, Homes.Home> read(ClusterImage image) {
    var claims = new HashMap<Prefix, NavigableSet<NodeName>>();
    for (Affinity affinity : image.blockAffinities().values()) {
      if (affinity.state() == Affinity.State.CONFIRMED) {
        claims
            .computeIfAbsent(affinity.key().cidr(), _ -> new TreeSet<>())
            .add(new NodeName(affinity.key().owner().name()));
      }
    }
    var owners = new HashMap<Prefix, NodeName>();
    claims.forEach((block, nodes) -> owners.put(block, owner(block, nodes, image)));
    var homes = new HashMap<Prefix, Homes.Home>();
    owners.forEach((block, node) -> homes.put(block, new Homes.Home(node, Homes.Kind.BLOCK)));
    new TreeMap<>(image.nodes())
        .descendingMap()
        .forEach((name, node) ->
            away(
                node.tunnels().ipip().orElseThrow(),
                name,
                Homes.Kind.TUNNEL_ADDRESS,
                owners,
                homes));
    new TreeMap<>(image.pods())
        .descendingMap()
        .values()
        .forEach(pod ->
            away(
                pod.ips().getFirst(),
                pod.node().orElseThrow(),
                Homes.Kind.BORROWED_ADDRESS,
                owners,
                homes));
    return homes;
  }

  private static NodeName owner(Prefix block, NavigableSet<NodeName> nodes, ClusterImage image) {
    IpamBlock told = image.ipamBlocks().get(block.toString());
    return told == null ? nodes.first() : told.node().filter(nodes::contains).orElse(nodes.first());
  }

  private static void away(
      Ip ip,
      NodeName node,
      Homes.Kind kind,
      Map<Prefix, NodeName> owners,
      Map<Prefix, Homes.Home> homes) {
    Optional<NodeName> owner =
        owners.keySet().stream()
            .filter(block -> block.contains(ip))
            .max(Comparator.comparingInt(Prefix::length))
            .map(owners::get);
    if (!owner.equals(Optional.of(node))) {
      homes.put(ip.asPrefix(), new Homes.Home(node, kind));
    }
  }

  private static Set<Prefix> differing(Map<Prefix, Homes.Home> before, Homes homes) {
    var keys = new HashSet<>(before.keySet());
    keys.addAll(homes.all().keySet());
    keys.removeIf(key -> before.containsKey(key) && before.get(key).equals(homes.all().get(key)));
    return keys;
  }

  @Test
  void ofTwoClaimsToABlockTheBlockTells() {
    ClusterImage image =
        Images.of(Images.block("n2", "10.244.1.0/26"), Images.block("n3", "10.244.1.0/26"));
    var homes = new Homes();
    homes.update(image, ClusterDelta.from(image));
    assertThat(homes.all())
        .containsExactly(
            Map.entry(
                Prefix.of("10.244.1.0/26"), new Homes.Home(new NodeName("n2"), Homes.Kind.BLOCK)));
  }

  private static ClusterDelta change(Random random, ClusterImage image) {
    Map<NodeName, Change<Node>> nodes = new HashMap<>();
    Map<String, Change<Affinity>> affinities = new HashMap<>();
    Map<PodKey, Change<Pod>> pods = new HashMap<>();
    Map<String, Change<IpamBlock>> blocks = new HashMap<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      switch (random.nextInt(4)) {
        case 0 -> {
          int number = random.nextInt(3);
          Optional<Ip> end = Optional.of(Ip.of("10.244." + random.nextInt(3) + ".1"));
          var tunnels = new Node.Tunnels(end, Node.Vxlan.NONE, Node.Vxlan.NONE, Node.Modes.UNSAID);
          Node node = Images.node("n" + number, tunnels, "172.30.1." + number + "/24");
          nodes.put(node.name(), next(random, image.nodes().get(node.name()), node));
        }
        case 1 -> {
          Affinity.State state =
              random.nextInt(4) == 0 ? Affinity.State.PENDING : Affinity.State.CONFIRMED;
          String block =
              "10.244." + random.nextInt(3) + (random.nextInt(4) == 0 ? ".1/32" : ".0/26");
          var it = Affinity.of(Owner.host("n" + random.nextInt(3)), Prefix.of(block), state);
          String key = "affinity" + random.nextInt(4); // two objects may say the same
          affinities.put(key, next(random, image.blockAffinities().get(key), it));
        }
        case 2 -> {
          Prefix cidr = Prefix.of("10.244." + random.nextInt(3) + ".0/26");
          var block = new IpamBlock(cidr, Optional.of("host:n" + random.nextInt(3)), 0, false);
          String key = cidr.toString();
          blocks.put(key, next(random, image.ipamBlocks().get(key), block));
        }
        default -> {
          Pod pod =
              Images.pod(
                  "p" + random.nextInt(3),
                  "n" + random.nextInt(3),
                  "10.244." + random.nextInt(3) + "." + (1 + random.nextInt(2)));
          pods.put(pod.key(), next(random, image.pods().get(pod.key()), pod));
        }
      }
    }
    ClusterDelta none = ClusterDelta.NONE;
    return new ClusterDelta(
        nodes,
        none.namespaces(),
        pods,
        none.serviceAccounts(),
        none.networkPolicies(),
        none.ipPools(),
        blocks,
        affinities,
        none.bgpConfigurations(),
        none.bgpPeers(),
        none.bgpFilters(),
        none.clusterInformations(),
        none.felixConfigurations());
  }

  private static <T> Change<T> next(Random random, @Nullable T before, T after) {
    return before != null && random.nextInt(3) == 0
        ? new Change.Removed<>(before)
        : new Change.Put<>(Optional.ofNullable(before), after);
  }
}
