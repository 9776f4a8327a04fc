package io.margay.bench.api;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.Owner;
import io.margay.kube.types.IpamWriter;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is in a cluster of some size: everything that the agent watches, and IPAM's handles. The
 * same objects each time.
 */
final class Population {
  /** The part of the nodes that has a second, empty block. */
  private static final int SPARE = 4;

  private static final int BLOCK = 64;
  private static final int NAMESPACES = 50;
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

  private final ClusterSize size;

  Population(ClusterSize size) {
    this.size = size;
  }

  /** The objects; those of a stream need those of the streams before. */
  List<Stream<Creation>> waves() {
    return List.of(
        Stream.concat(each(NAMESPACES, this::namespace), each(size.nodes(), this::node)),
        Stream.of(each(size.policies(), this::account), calico(), ipam()).flatMap(all -> all),
        Stream.concat(each(size.pods(), this::pod), each(size.policies(), this::policy)));
  }

  private static Stream<Creation> each(int count, IntFunction<Creation> make) {
    return IntStream.range(0, count).mapToObj(make);
  }

  /** Where a node is; the first one is where the agent is measured. */
  static String nodeName(int node) {
    return "node-%03d".formatted(node);
  }

  /** All nodes are in one /16. */
  static String nodeAddress(int node) {
    return "172.29.%d.10".formatted(node);
  }

  private static Prefix block(int number) {
    int offset = number * BLOCK;
    return Prefix.of("10.244.%d.%d/26".formatted(offset >> 8, offset & 0xff));
  }

  private int nodeOf(int pod) {
    return pod % size.nodes();
  }

  private int workloadOf(int pod) {
    return pod % size.policies();
  }

  private int ordinalOf(int pod) {
    return pod / size.nodes();
  }

  private String address(int pod) {
    return block(nodeOf(pod)).address().plus(ordinalOf(pod)).toString();
  }

  private static String namespaceOf(int workload) {
    return "team-%02d".formatted(workload % NAMESPACES);
  }

  private static String app(int workload) {
    return "app-%03d".formatted(workload);
  }

  private String podName(int pod) {
    return "%s-%010x-%05x"
        .formatted(app(workloadOf(pod)), 7_919_777L * (workloadOf(pod) + 1), 31 * pod + 0x10000);
  }

  private static String handle(int pod) {
    return "k8s-pod-network." + "%08x".formatted(0x9e3779b9 * (pod + 1)).repeat(8);
  }

  private Creation namespace(int number) {
    Map<String, Object> labels = Map.of("team", Integer.toString(number), "env", "production");
    return Creation.of(
        Kind.NAMESPACE, ObjectKey.cluster(namespaceOf(number)), Map.of("labels", labels), Map.of());
  }

  private Creation node(int number) {
    String name = nodeName(number);
    var labels = new HashMap<String, Object>();
    labels.put("kubernetes.io/hostname", name);
    labels.put("kubernetes.io/os", "linux");
    labels.put("kubernetes.io/arch", "amd64");
    labels.put("node.kubernetes.io/instance-type", "m5.4xlarge");
    labels.put("topology.kubernetes.io/zone", "zone-" + number % 3);
    Map<String, Object> annotations =
        Map.of("projectcalico.org/IPv4Address", nodeAddress(number) + "/16");
    return Creation.of(
            Kind.NODE,
            ObjectKey.cluster(name),
            Map.of("labels", labels, "annotations", annotations),
            Map.of())
        .with(PodShape.nodeStatus(nodeAddress(number), name));
  }

  private Creation account(int workload) {
    var key = new ObjectKey(namespaceOf(workload), app(workload));
    return Creation.of(Kind.SERVICE_ACCOUNT, key, Map.of(), Map.of());
  }

  private Creation pod(int number) {
    int workload = workloadOf(number);
    String address = address(number);
    var labels = new HashMap<String, Object>();
    labels.put("app.kubernetes.io/name", app(workload));
    labels.put("app.kubernetes.io/version", "1.4.2");
    labels.put("pod-template-hash", "%010x".formatted(7_919_777L * (workload + 1)));
    labels.put("tier", "tier-" + workload % 5);
    Map<String, Object> annotations =
        Map.of(
            "cni.projectcalico.org/containerID", handle(number).substring(16),
            "cni.projectcalico.org/podIP", address + "/32",
            "cni.projectcalico.org/podIPs", address + "/32");
    return Creation.of(
            Kind.POD,
            new ObjectKey(namespaceOf(workload), podName(number)),
            Map.of("labels", labels, "annotations", annotations),
            Map.of("spec", PodShape.spec(app(workload), nodeName(nodeOf(number)))))
        .with(PodShape.status(address, nodeAddress(nodeOf(number)), handle(number).substring(16)));
  }

  /** Its own port from the workload before it and from one team; every other one limits egress. */
  private Creation policy(int workload) {
    Map<String, Object> before =
        Map.of(
            "podSelector",
            Map.of("matchLabels", Map.of("tier", "tier-" + (workload + 4) % 5)),
            "namespaceSelector",
            Map.of("matchLabels", Map.of("team", Integer.toString(workload % NAMESPACES))));
    Map<String, Object> ingress =
        Map.of("from", List.of(before), "ports", List.of(Map.of("port", 8080, "protocol", "TCP")));
    var spec = new HashMap<String, Object>();
    spec.put("podSelector", Map.of("matchLabels", Map.of("app.kubernetes.io/name", app(workload))));
    spec.put("ingress", List.of(ingress));
    if (workload % 2 == 1) {
      spec.put("policyTypes", List.of("Ingress", "Egress"));
      spec.put(
          "egress",
          List.of(Map.of("to", List.of(Map.of("ipBlock", Map.of("cidr", "10.0.0.0/8"))))));
    }
    var key = new ObjectKey(namespaceOf(workload), app(workload));
    return Creation.of(Kind.NETWORK_POLICY, key, Map.of(), Map.of("spec", spec));
  }

  private static Stream<Creation> calico() {
    return Stream.of(
        Creation.ofSpec(
            Kind.IP_POOL,
            "default-ipv4-ippool",
            Map.of(
                "cidr", "10.244.0.0/16",
                "blockSize", 26,
                "ipipMode", "CrossSubnet",
                "natOutgoing", true,
                "nodeSelector", "all()")),
        Creation.ofSpec(
            Kind.BGP_CONFIGURATION,
            "default",
            Map.of("asNumber", 64512, "nodeToNodeMeshEnabled", true)),
        Creation.ofSpec(Kind.FELIX_CONFIGURATION, "default", Map.of("floatingIPs", "Disabled")),
        Creation.ofSpec(
            Kind.CLUSTER_INFORMATION,
            "default",
            Map.of("clusterGUID", "0123456789abcdef0123456789abcdef", "datastoreReady", true)));
  }

  private Stream<Creation> ipam() {
    int spare = size.nodes() / SPARE;
    return Stream.of(
            each(size.nodes() + spare, this::affinity),
            each(size.nodes() + spare, this::ipamBlock),
            each(size.pods(), this::ipamHandle))
        .flatMap(all -> all);
  }

  private Owner owner(int block) {
    return Owner.host(nodeName(block % size.nodes()));
  }

  private Creation affinity(int number) {
    var key = new Affinity.Key(owner(number), block(number));
    var labels = new HashMap<String, Object>(IpamWriter.labels(key));
    return Creation.of(
        Kind.BLOCK_AFFINITY,
        ObjectKey.cluster(IpamWriter.name(key)),
        Map.of("labels", labels),
        Map.of("spec", IpamWriter.spec(new Affinity(key, Affinity.State.CONFIRMED, false))));
  }

  private Creation ipamBlock(int number) {
    int used = number < size.nodes() ? size.podsPerNode() : 0;
    var allocations = new ArrayList<OptionalInt>();
    var attributes = new ArrayList<Block.Attributes>();
    var sequence = new HashMap<Integer, Long>();
    for (int ordinal = 0; ordinal < BLOCK; ordinal++) {
      allocations.add(ordinal < used ? OptionalInt.of(ordinal) : OptionalInt.empty());
      if (ordinal < used) {
        int pod = ordinal * size.nodes() + number;
        attributes.add(Block.Attributes.of(handle(pod), podAttributes(pod)));
        sequence.put(ordinal, (long) ordinal);
      }
    }
    var block =
        new Block(
            block(number),
            Optional.of(owner(number)),
            Optional.of(LONG_AGO),
            allocations,
            IntStream.range(used, BLOCK).boxed().toList(),
            attributes,
            used,
            sequence,
            false);
    return Creation.ofSpec(Kind.IPAM_BLOCK, IpamWriter.name(block.cidr()), IpamWriter.spec(block));
  }

  private Map<String, String> podAttributes(int pod) {
    return Map.of(
        "namespace",
        namespaceOf(workloadOf(pod)),
        "node",
        nodeName(nodeOf(pod)),
        "pod",
        podName(pod),
        "timestamp",
        LONG_AGO.toString());
  }

  private Creation ipamHandle(int pod) {
    var handle = Handle.of(handle(pod), Map.of(block(nodeOf(pod)), 1));
    return Creation.ofSpec(
        Kind.IPAM_HANDLE, IpamWriter.handleName(handle.id()), IpamWriter.spec(handle));
  }
}
