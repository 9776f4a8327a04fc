package io.margay.agent.config;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** How the node's address is found (IP_AUTODETECTION_METHOD), with Calico's words. */
public sealed interface DetectionMethod {
  /** The first interface in the system's order that is none of the usual virtual ones. */
  record FirstFound() implements DetectionMethod {}

  /** Interfaces whose name matches one of these; nothing is left out. */
  record Interface(List<Pattern> names) implements DetectionMethod {}

  /** As first-found, with more names left out. */
  record SkipInterface(List<Pattern> names) implements DetectionMethod {}

  /** The first address that lies in one of these. */
  record Cidr(List<Prefix> cidrs) implements DetectionMethod {}

  /** The address that this machine would send from to reach the destination. */
  record CanReach(Ip destination) implements DetectionMethod {}

  /** The Node object's InternalIP. */
  record KubernetesInternalIp() implements DetectionMethod {}

  /** What may be written, for errors. */
  String ACCEPTED =
      "first-found, interface=REGEX[,REGEX], skip-interface=REGEX[,REGEX], cidr=CIDR[,CIDR],"
          + " can-reach=IP, kubernetes-internal-ip";

  /** Reads the variable; empty when it is none of the accepted forms. */
  static Optional<DetectionMethod> parse(String text) {
    int equals = text.indexOf('=');
    String word = equals < 0 ? text : text.substring(0, equals);
    String rest = equals < 0 ? "" : text.substring(equals + 1);
    return switch (word) {
      case "first-found" -> Optional.of(new FirstFound());
      case "kubernetes-internal-ip" -> Optional.of(new KubernetesInternalIp());
      case "interface" -> patterns(rest).map(Interface::new);
      case "skip-interface" -> patterns(rest).map(SkipInterface::new);
      case "cidr" -> cidrs(rest).map(Cidr::new);
      case "can-reach" -> Ip.parse(rest).map(CanReach::new);
      default -> Optional.empty();
    };
  }

  private static Optional<List<Pattern>> patterns(String text) {
    var patterns = new ArrayList<Pattern>();
    for (String part : text.split(",", -1)) {
      if (part.isBlank()) {
        return Optional.empty();
      }
      try {
        patterns.add(Pattern.compile(part.strip()));
      } catch (PatternSyntaxException e) {
        return Optional.empty();
      }
    }
    return Optional.of(patterns);
  }

  private static Optional<List<Prefix>> cidrs(String text) {
    var cidrs = new ArrayList<Prefix>();
    for (String part : text.split(",", -1)) {
      Optional<Prefix> cidr = Prefix.parse(part.strip());
      if (cidr.isEmpty()) {
        return Optional.empty();
      }
      cidrs.add(cidr.get());
    }
    return Optional.of(cidrs);
  }
}
