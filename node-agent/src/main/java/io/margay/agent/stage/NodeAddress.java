package io.margay.agent.stage;

import io.margay.agent.config.AddressChoice;
import io.margay.agent.config.AgentConfig.Addressing;
import io.margay.agent.config.DetectionMethod;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** This node's BGP address: which one, and why that one (Calico's autodetection). */
public final class NodeAddress {
  /** Names that detection passes over unless it is told an interface (Calico's list). */
  private static final List<Pattern> NEVER_UPLINKS =
      List.of(
              "docker.*",
              "cbr.*",
              "dummy.*",
              "podman.*",
              "virbr.*",
              "lxcbr.*",
              "veth.*",
              "lo",
              "br-.*",
              "cali.*",
              "tunl.*",
              "udp\\.margay.*",
              "flannel.*",
              "kube-ipvs.*",
              "cni.*",
              "vxlan\\.calico.*",
              "vxlan-v6\\.calico.*",
              "wireguard\\.cali.*",
              "wg-v6\\.cali.*",
              "nodelocaldns.*")
          .stream()
          .map(name -> Pattern.compile("^" + name))
          .toList();

  private NodeAddress() {}

  /**
   * An interface of this machine.
   *
   * @param up administratively
   * @param operational up, and passes packets
   * @param addresses those that can be used, in the kernel's order
   * @param tentative those that may be used soon: nobody else was found to have them so far
   */
  public record LocalInterface(
      String name,
      boolean up,
      boolean operational,
      List<InterfaceAddress> addresses,
      List<InterfaceAddress> tentative) {
    public LocalInterface {
      addresses = List.copyOf(addresses);
      tentative = List.copyOf(tentative);
    }

    /** One that passes packets if it is up, and whose addresses can all be used. */
    LocalInterface(String name, boolean up, List<InterfaceAddress> addresses) {
      this(name, up, up, addresses, List.of());
    }

    boolean has(Ip ip) {
      return addresses.stream().anyMatch(address -> address.ip().equals(ip));
    }
  }

  /**
   * What is known when the address is chosen.
   *
   * @param interfaces in the kernel's order (by index)
   * @param sourceTowards the address that the kernel would send from, by its routes
   * @param annotated what the node's annotation has
   * @param internalIps InternalIP of the Node object's status
   */
  public record Facts(
      List<LocalInterface> interfaces,
      Function<Ip, Optional<Ip>> sourceTowards,
      Optional<InterfaceAddress> annotated,
      List<Ip> internalIps) {}

  /** What was chosen. */
  public sealed interface Choice {
    /** This address; {@code why} names the rule and the interface. */
    record Chosen(InterfaceAddress address, String why) implements Choice {}

    /** The annotated address stays; nobody writes it. {@code why} says why none is looked for. */
    record Kept(InterfaceAddress address, String why) implements Choice {}

    /** The node has no address of this family, and none is looked for. */
    record NotWanted() implements Choice {}

    /** None was found; {@code why} says what was looked at. */
    record NotFound(String why) implements Choice {}
  }

  /** Chooses the address of one family. */
  public static Choice choose(Family family, Addressing addressing, Facts facts) {
    return switch (addressing.choice()) {
      // calico-node keeps it, too, where it is told to look for none (startup.go).
      case AddressChoice.None _, AddressChoice.Keep _ ->
          kept(facts, "").orElseGet(Choice.NotWanted::new);
      case AddressChoice.Fixed fixed -> fixed(fixed, facts);
      case AddressChoice.KeepOrDetect _ ->
          kept(facts, "").orElseGet(() -> detect(family, addressing.method(), facts));
      case AddressChoice.Detect _ -> {
        Choice found = detect(family, addressing.method(), facts);
        yield found instanceof Choice.NotFound(String why)
            ? kept(facts, ", for " + why).orElse(found)
            : found;
      }
    };
  }

  private static Optional<Choice> kept(Facts facts, String why) {
    return facts
        .annotated()
        .map(address -> new Choice.Kept(address, "kept from the node's annotation" + why));
  }

  private static Choice fixed(AddressChoice.Fixed fixed, Facts facts) {
    String variable =
        switch (fixed.ip().family()) {
          case IPV4 -> "IP";
          case IPV6 -> "IP6";
        };
    if (fixed.length().isPresent()) {
      return new Choice.Chosen(
          new InterfaceAddress(fixed.ip(), fixed.length().getAsInt()), "set by " + variable);
    }
    for (LocalInterface local : facts.interfaces()) {
      for (InterfaceAddress address : local.addresses()) {
        if (address.ip().equals(fixed.ip())) {
          return new Choice.Chosen(address, "set by " + variable + ", length from " + local.name());
        }
      }
    }
    return new Choice.Chosen(
        new InterfaceAddress(fixed.ip(), fixed.ip().family().bits()),
        "set by " + variable + ", on no interface of this machine");
  }

  private static Choice detect(Family family, DetectionMethod method, Facts facts) {
    return switch (method) {
      case DetectionMethod.FirstFound _ ->
          first(family, facts, local -> !isNeverUplink(local.name()), _ -> true, "first-found");
      case DetectionMethod.Interface(List<Pattern> names) ->
          first(family, facts, local -> matches(names, local.name()), _ -> true, "interface");
      case DetectionMethod.SkipInterface(List<Pattern> names) ->
          first(
              family,
              facts,
              local -> !isNeverUplink(local.name()) && !matches(names, local.name()),
              _ -> true,
              "skip-interface");
      case DetectionMethod.Cidr(var cidrs) ->
          first(
              family,
              facts,
              local -> !isNeverUplink(local.name()),
              address -> cidrs.stream().anyMatch(cidr -> cidr.contains(address.ip())),
              "cidr");
      case DetectionMethod.CanReach(Ip destination) ->
          facts
              .sourceTowards()
              .apply(destination)
              .map(source -> carried(source, facts, "can-reach=" + destination))
              .orElseGet(() -> new Choice.NotFound("can-reach: no route leads to " + destination));
      case DetectionMethod.KubernetesInternalIp _ ->
          facts.internalIps().stream()
              .filter(ip -> ip.family() == family)
              .findFirst()
              .map(ip -> carried(ip, facts, "kubernetes-internal-ip"))
              .orElseGet(() ->
                  new Choice.NotFound(
                      "kubernetes-internal-ip: the Node object has no InternalIP of " + family));
    };
  }

  private static Choice first(
      Family family,
      Facts facts,
      Predicate<LocalInterface> wanted,
      Predicate<InterfaceAddress> fits,
      String rule) {
    var looked = new ArrayList<String>();
    for (LocalInterface local : facts.interfaces()) {
      if (!local.up() || !wanted.test(local)) {
        continue;
      }
      looked.add(local.name());
      List<InterfaceAddress> fitting =
          local.addresses().stream()
              .filter(a -> a.ip().family() == family && a.ip().isGlobalUnicast() && fits.test(a))
              .toList();
      if (!fitting.isEmpty()) {
        // IPv6 has its newest first: another one that comes is no reason to leave the first.
        InterfaceAddress address =
            facts.annotated().filter(fitting::contains).orElse(fitting.getFirst());
        return new Choice.Chosen(address, rule + ", on " + local.name());
      }
    }
    return new Choice.NotFound(
        rule
            + ": no fitting "
            + family
            + " address on "
            + (looked.isEmpty() ? "any interface that is up" : String.join(", ", looked)));
  }

  /** The address with the length that its interface gives it; a host's when none carries it. */
  private static Choice carried(Ip ip, Facts facts, String rule) {
    for (LocalInterface local : facts.interfaces()) {
      for (InterfaceAddress address : local.addresses()) {
        if (address.ip().equals(ip)) {
          return new Choice.Chosen(address, rule + ", on " + local.name());
        }
      }
    }
    return new Choice.NotFound(rule + ": no interface carries " + ip);
  }

  /** Whether a link of this name is passed over: containers and tunnels have such. */
  static boolean isNeverUplink(String name) {
    return matches(NEVER_UPLINKS, name);
  }

  private static boolean matches(List<Pattern> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(name).find());
  }
}
