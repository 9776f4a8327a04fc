package io.margay.kube.types;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a Pod. */
final class PodReader {
  private static final Map<String, Pod.Phase> PHASES =
      Map.of(
          "Pending", Pod.Phase.PENDING,
          "Running", Pod.Phase.RUNNING,
          "Succeeded", Pod.Phase.SUCCEEDED,
          "Completed", Pod.Phase.SUCCEEDED,
          "Failed", Pod.Phase.FAILED);
  private static final Map<String, Pod.Protocol> PROTOCOLS =
      Words.of("TCP", Pod.Protocol.TCP, "UDP", Pod.Protocol.UDP, "SCTP", Pod.Protocol.SCTP);

  /** Written by the AWS VPC CNI, last resort for the address. */
  private static final String AWS_POD_IPS = "vpc.amazonaws.com/pod-ips";

  private PodReader() {}

  static Optional<Pod> read(StoredObject object) {
    Interner interner = object.interner();
    ObjectMeta meta = object.meta();
    Tree spec = object.spec();
    Pod.Phase phase = PHASES.getOrDefault(object.status().at("phase").text(""), Pod.Phase.UNKNOWN);
    boolean finished = isFinished(meta, phase);
    return Optional.of(
        new Pod(
            new PodKey(interner.text(meta.namespace()), meta.name()),
            meta.uid(),
            interner.labels(meta.labels()),
            interner.optional(
                spec.at("nodeName").text().filter(n -> !n.isEmpty()).map(interner::nodeName)),
            spec.at("hostNetwork").flag(false),
            finished ? List.of() : ips(object),
            phase,
            finished,
            ports(spec, interner),
            interner.text(spec.at("serviceAccountName").text("")),
            interner.labels(Pod.usedAnnotations(meta.annotations())),
            containerId(meta.annotations())));
  }

  private static Optional<String> containerId(Map<String, String> annotations) {
    boolean givenBack = "".equals(annotations.get(Pod.POD_IP));
    return Optional.ofNullable(annotations.get(Pod.CONTAINER_ID))
        .filter(id -> !id.isEmpty() && !givenBack);
  }

  /** Calico's rule: CNI empties the annotation when it has given the addresses back. */
  private static boolean isFinished(ObjectMeta meta, Pod.Phase phase) {
    boolean givenBack = meta.deleting() && "".equals(meta.annotations().get(Pod.POD_IP));
    return phase == Pod.Phase.SUCCEEDED || phase == Pod.Phase.FAILED || givenBack;
  }

  /** The first source that tells any address: the status lags behind the annotations of CNI. */
  private static List<Ip> ips(StoredObject object) {
    var ips = new LinkedHashSet<Ip>();
    for (Tree item : object.status().at("podIPs").items()) {
      item.at("ip").ip().ifPresent(ips::add);
    }
    if (ips.isEmpty()) {
      object
          .status()
          .at("podIP")
          .text()
          .filter(t -> !t.isEmpty())
          .ifPresent(text -> ips.addAll(list(object.status().at("podIP"), text)));
    }
    for (String name : List.of(Pod.POD_IPS, Pod.POD_IP, AWS_POD_IPS)) {
      String text = object.meta().annotations().getOrDefault(name, "");
      if (ips.isEmpty() && !text.isEmpty()) {
        ips.addAll(list(object.annotation(name), text));
      }
    }
    return List.copyOf(ips);
  }

  /** Addresses with or without a length, comma between. */
  private static List<Ip> list(Tree place, String text) {
    var ips = new ArrayList<Ip>();
    for (String part : text.split(",", -1)) {
      Optional<Ip> ip = Ip.parse(part).or(() -> InterfaceAddress.parse(part).map(a -> a.ip()));
      if (ip.isEmpty()) {
        place.problem("IP addresses with a comma between");
        return List.of();
      }
      ips.add(ip.get());
    }
    return ips;
  }

  private static List<Pod.NamedPort> ports(Tree spec, Interner interner) {
    var ports = new ArrayList<Pod.NamedPort>();
    for (Tree container : spec.at("containers").items()) {
      addPorts(container, ports, interner);
    }
    for (Tree container : spec.at("initContainers").items()) {
      // A sidecar: it runs as long as the pod does.
      if (container.at("restartPolicy").text("").equals("Always")) {
        addPorts(container, ports, interner);
      }
    }
    return interner.ports(ports);
  }

  private static void addPorts(Tree container, List<Pod.NamedPort> ports, Interner interner) {
    for (Tree port : container.at("ports").items()) {
      String name = port.at("name").text("");
      if (!name.isEmpty()) {
        Pod.Protocol protocol = port.at("protocol").choice(PROTOCOLS).orElse(Pod.Protocol.TCP);
        int number = port.at("containerPort").integer(1, 65535, 0);
        ports.add(new Pod.NamedPort(interner.text(name), protocol, number));
      }
    }
  }
}
