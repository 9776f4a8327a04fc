package io.margay.kube.types;

import io.margay.foundation.tree.Problems;
import io.margay.kube.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every kind with what is good, what is defaulted and what is refused. */
@Tag("golden")
class ReadersTest {
  @TestFactory
  Stream<DynamicTest> readsEveryGoldenObject() {
    return Golden.cases("read", ReadersTest::read);
  }

  /** What a watch leaves out is missed by no reader of what is watched. */
  @TestFactory
  Stream<DynamicTest> readsTheSameOfWhatIsWanted() {
    return Golden.cases(
        "read",
        object -> {
          boolean watched = Kind.watched().contains(kind(object));
          return read(watched ? kept(object, Wanted.OBJECT) : object);
        });
  }

  private static Map<String, Object> kept(Map<?, ?> object, Wanted place) {
    var kept = new LinkedHashMap<String, Object>();
    object.forEach((name, value) -> {
      Wanted below = place.member(name.toString());
      if (below != Wanted.NOTHING) {
        kept.put(name.toString(), keptOf(value, below));
      }
    });
    return kept;
  }

  private static Object keptOf(Object value, Wanted place) {
    return switch (value) {
      case Map<?, ?> map -> kept(map, place);
      case List<?> list -> list.stream().map(item -> keptOf(item, place)).toList();
      case null, default -> value;
    };
  }

  private static Kind kind(Map<String, Object> object) {
    return Arrays.stream(Kind.values())
        .filter(k -> k.word().equals(object.get("kind")))
        .findFirst()
        .orElseThrow();
  }

  private static String read(Map<String, Object> object) {
    Kind kind = kind(object);
    var problems = new Problems();
    Optional<?> record = read(StoredObject.of(kind, object, problems, new Interner()));
    List<String> lines = new ArrayList<>();
    problems.all().forEach(problem -> lines.add(problem.toString()));
    if (problems.isEmpty()) {
      record.ifPresent(r -> lines.add(oneFieldALine(r.toString())));
    }
    return lines.stream().collect(Collectors.joining("\n"));
  }

  static Optional<?> read(StoredObject object) {
    return switch (object.kind()) {
      case NODE -> Node.read(object);
      case NAMESPACE -> Namespace.read(object);
      case POD -> Pod.read(object);
      case SERVICE_ACCOUNT -> ServiceAccount.read(object);
      case NETWORK_POLICY -> NetworkPolicy.read(object);
      case IP_POOL -> IpPool.read(object);
      case IPAM_BLOCK -> IpamBlock.read(object);
      case BLOCK_AFFINITY -> IpamReader.affinity(object);
      case IPAM_HANDLE -> IpamReader.handle(object);
      case IPAM_CONFIG -> IpamReader.config(object);
      case IP_RESERVATION -> IpamReader.reservation(object);
      case BGP_CONFIGURATION -> BgpConfiguration.read(object);
      case BGP_PEER -> BgpPeer.read(object);
      case BGP_FILTER -> BgpFilter.read(object);
      case CLUSTER_INFORMATION -> ClusterInformation.read(object);
      case FELIX_CONFIGURATION -> FelixConfiguration.read(object);
      case SECRET, LEASE, CALICO_NODE_STATUS -> Optional.empty();
    };
  }

  /** A record's text, with each of its own components on a line. */
  private static String oneFieldALine(String text) {
    var out = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += "[{".indexOf(c) >= 0 ? 1 : "]}".indexOf(c) >= 0 ? -1 : 0;
      boolean first = c == '[' && depth == 1;
      boolean next = c == ',' && depth == 1 && text.startsWith(" ", i + 1);
      out.append(next ? "" : c);
      if (first || next) {
        out.append("\n  ");
        i += next ? 1 : 0;
      }
    }
    return out.toString();
  }
}
