package io.margay.policy.spec;

import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Problem;
import io.margay.foundation.tree.Problems;
import io.margay.foundation.tree.Tree;
import io.margay.policy.model.Direction;
import io.margay.policy.model.PortMatch;
import io.margay.policy.model.Protocol;
import io.margay.policy.spec.NetworkPolicySpec.Peer;
import io.margay.policy.spec.NetworkPolicySpec.Port;
import io.margay.policy.spec.NetworkPolicySpec.Rule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Reads the spec of a NetworkPolicy. A rule with anything wrong in it is left out and the rest is
 * kept: a rule only ever allows, so the policy is then stricter than it was meant, never laxer. For
 * the same reason directions that cannot be read count as both. Only a podSelector that cannot be
 * read refuses the policy as a whole: nobody knows whom it is for.
 */
public final class PolicyReader {
  private static final Map<String, Direction> TYPES = new LinkedHashMap<>();
  private static final Map<String, Protocol> PROTOCOLS = new LinkedHashMap<>();
  private static final Pattern PORT_NAME = Pattern.compile("(?=.*[a-z])[a-z0-9-]{1,15}");

  static {
    TYPES.put("Ingress", Direction.INGRESS);
    TYPES.put("Egress", Direction.EGRESS);
    PROTOCOLS.put("TCP", Protocol.TCP);
    PROTOCOLS.put("UDP", Protocol.UDP);
    PROTOCOLS.put("SCTP", Protocol.SCTP);
  }

  private final Problems problems;

  private PolicyReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * What could be read, and what could not.
   *
   * @param spec empty when the policy is refused as a whole
   * @param problems all that is wrong, in reading order
   */
  public record Reading(Optional<NetworkPolicySpec> spec, List<Problem> problems) {}

  /**
   * Reads one policy.
   *
   * @param source what errors call it: {@code NetworkPolicy "shop/allow-web"}
   * @param spec the member {@code spec} as a JSON or YAML parser gives it
   */
  public static Reading read(String source, Map<String, ?> spec) {
    var problems = new Problems();
    Tree tree = Tree.of(source, Map.of("spec", spec), problems).at("spec");
    Optional<NetworkPolicySpec> read = new PolicyReader(problems).spec(tree);
    return new Reading(read, problems.all());
  }

  private Optional<NetworkPolicySpec> spec(Tree spec) {
    Optional<LabelSelector> pods = sound(() -> LabelSelectorReader.read(spec.at("podSelector")));
    Set<Direction> types = types(spec.at("policyTypes"), spec.at("egress"));
    List<Rule> ingress = rules(spec.at("ingress"), "from");
    List<Rule> egress = rules(spec.at("egress"), "to");
    if (!egress.isEmpty() && !types.contains(Direction.EGRESS)) {
      spec.at("policyTypes").problem("Egress among them, or the rules of spec.egress do not count");
    }
    spec.only("podSelector", "policyTypes", "ingress", "egress");
    return pods.map(selector -> new NetworkPolicySpec(selector, types, ingress, egress));
  }

  /**
   * Nothing said means Ingress, and Egress where there are egress rules, readable or not: what
   * Kubernetes' API says, and an API server fills in. Calico takes Ingress only; on an object that
   * no API server has filled in that is laxer than its author reads it.
   */
  private Set<Direction> types(Tree types, Tree egress) {
    var directions = EnumSet.noneOf(Direction.class);
    Optional<Boolean> sound =
        sound(() -> {
          for (Tree item : types.items()) {
            if (!item.isPresent()) {
              item.problem("one of " + String.join(", ", TYPES.keySet()));
            }
            item.choice(TYPES).ifPresent(directions::add);
          }
          return true;
        });
    if (sound.isEmpty()) {
      return EnumSet.allOf(Direction.class);
    }
    if (!directions.isEmpty()) {
      return directions;
    }
    boolean hasEgress = egress.raw().filter(rules -> !rules.equals(List.of())).isPresent();
    return hasEgress ? EnumSet.allOf(Direction.class) : EnumSet.of(Direction.INGRESS);
  }

  private List<Rule> rules(Tree rules, String peersName) {
    return all(
        rules,
        rule -> {
          List<Peer> peers = all(rule.at(peersName), this::peer);
          List<Port> ports = all(rule.at("ports"), this::port);
          rule.only(peersName, "ports");
          return Optional.of(new Rule(peers, ports));
        });
  }

  private Optional<Peer> peer(Tree peer) {
    Tree pods = peer.at("podSelector");
    Tree namespaces = peer.at("namespaceSelector");
    Tree block = peer.at("ipBlock");
    peer.only("podSelector", "namespaceSelector", "ipBlock");
    boolean selects = pods.isPresent() || namespaces.isPresent();
    if (block.isPresent() == selects) {
      peer.problem("either ipBlock, or podSelector, namespaceSelector or both of these");
      return Optional.empty();
    }
    if (block.isPresent()) {
      return ipBlock(block);
    }
    return Optional.of(new Peer.Pods(selector(pods), selector(namespaces)));
  }

  private static Optional<LabelSelector> selector(Tree tree) {
    return tree.isPresent() ? Optional.of(LabelSelectorReader.read(tree)) : Optional.empty();
  }

  private static Optional<Peer> ipBlock(Tree block) {
    block.only("cidr", "except");
    Tree cidr = block.at("cidr");
    Optional<Prefix> net = cidr.prefix();
    if (!cidr.isPresent()) {
      cidr.problem("a CIDR such as 10.0.0.0/16");
    }
    var except = new ArrayList<Prefix>();
    for (Tree item : block.at("except").items()) {
      Optional<Prefix> part = item.prefix();
      if (part.isPresent() && net.isPresent() && !net.get().contains(part.get())) {
        item.problem("a network inside of " + net.get());
      }
      part.ifPresent(except::add);
    }
    return net.map(prefix -> new Peer.IpBlock(prefix, except));
  }

  private Optional<Port> port(Tree port) {
    port.only("protocol", "port", "endPort");
    Protocol protocol = port.at("protocol").choice(PROTOCOLS).orElse(Protocol.TCP);
    Tree number = port.at("port");
    Tree end = port.at("endPort");
    if (number.raw().filter(String.class::isInstance).isPresent()) {
      String name = number.text("");
      if (!PORT_NAME.matcher(name).matches()) {
        number.problem("a port number, or a name of up to 15 of a-z, 0-9 and -");
      }
      if (end.isPresent()) {
        end.problem("nothing beside a named port");
      }
      return Optional.of(new Port(protocol, Optional.of(new PortMatch.Named(name))));
    }
    if (!number.isPresent()) {
      if (end.isPresent()) {
        end.problem("nothing without a port");
      }
      return Optional.of(new Port(protocol, Optional.empty()));
    }
    int first = number.integer(1, 65535, -1);
    int last = end.integer(Math.max(first, 1), 65535, first);
    return first < 0
        ? Optional.empty()
        : Optional.of(new Port(protocol, Optional.of(new PortMatch.Range(first, last))));
  }

  /** Reads the elements of a list; those with anything wrong in them are left out. */
  private <T> List<T> all(Tree list, Function<Tree, Optional<T>> reader) {
    var read = new ArrayList<T>();
    for (Tree item : list.items()) {
      sound(
              () -> {
                if (!item.isPresent()) {
                  item.problem("an object");
                }
                return reader.apply(item);
              })
          .flatMap(value -> value)
          .ifPresent(read::add);
    }
    return read;
  }

  /** What is read, if reading it brought no problem. */
  private <T> Optional<T> sound(Supplier<T> reading) {
    int before = problems.all().size();
    T read = reading.get();
    return problems.all().size() == before ? Optional.of(read) : Optional.empty();
  }
}
