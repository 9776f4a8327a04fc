package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.RouterId;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.tree.Problems;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.BgpFilter;
import io.margay.kube.types.BgpPeer;
import io.margay.kube.types.Interner;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.Json;
import io.margay.kube.types.Kind;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.SecretState;
import io.margay.kube.types.StoredObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * BGP of node n1, beside a node n2, by objects as they are written: {@code "BGPPeer tor"} and its
 * spec, JSON with single quotes, in which {@code annotations} are the object's.
 */
final class CalicoObjects {
  private static final Map<String, SecretState> SECRETS =
      Map.of("bgp", new SecretState.Present(Map.of("tor", "hunter2"), false));

  private CalicoObjects() {}

  static PeerStage.Result plan(Map<String, String> objects) {
    var all = new ArrayList<Object>();
    all.add(Images.self());
    all.add(other());
    objects.forEach((name, spec) -> all.add(read(name, spec)));
    ClusterImage image = Images.of(all.toArray());
    FilterStage.Filters filters = FilterStage.of(image);
    return PeerStage.plan(
        new PeerStage.Input(
            image.nodes().get(Images.SELF),
            image.nodes().values(),
            image.bgpConfigurations(),
            image.bgpPeers().values(),
            filters.exports(),
            filters.imports(),
            OriginStage.export(image, OwnBlocks.of(image, Images.SELF), new ArrayList<>()),
            SECRETS),
        new RouterId.NodeAddress());
  }

  /** A spec with other fields. */
  static String merged(String spec, String change) {
    var all = new TreeMap<>(json(spec));
    all.putAll(json(change));
    return Json.text(all);
  }

  private static Map<String, Object> json(String spec) {
    return Json.object(spec.replace('\'', '"')).orElseThrow();
  }

  /** The object itself. */
  static Object read(String kindAndName, String text) {
    String[] words = kindAndName.split(" ", 2);
    Map<String, Object> spec = new HashMap<>(json(text));
    Object annotations = Optional.ofNullable(spec.remove("annotations")).orElse(Map.of());
    Map<String, Object> object =
        Map.of("metadata", Map.of("name", words[1], "annotations", annotations), "spec", spec);
    var problems = new Problems();
    Optional<?> read =
        switch (words[0]) {
          case "BGPPeer" -> BgpPeer.read(stored(Kind.BGP_PEER, object, problems));
          case "BGPConfiguration" ->
              BgpConfiguration.read(stored(Kind.BGP_CONFIGURATION, object, problems));
          case "BGPFilter" -> BgpFilter.read(stored(Kind.BGP_FILTER, object, problems));
          default -> IpPool.read(stored(Kind.IP_POOL, object, problems));
        };
    assertThat(problems.all()).isEmpty();
    return read.orElseThrow();
  }

  private static StoredObject stored(Kind kind, Map<String, Object> object, Problems problems) {
    return StoredObject.of(kind, object, problems, Interner.none());
  }

  private static Node other() {
    return new Node(
        new NodeName("n2"),
        Map.of(),
        new Node.Bgp(
            Optional.of(InterfaceAddress.of("172.30.1.10/24")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        Node.Tunnels.NONE,
        List.of(),
        List.of(),
        List.of());
  }
}
