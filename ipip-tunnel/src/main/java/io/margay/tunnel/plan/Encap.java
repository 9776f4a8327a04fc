package io.margay.tunnel.plan;

import io.margay.foundation.addr.Family;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** In what packets travel between nodes. */
public enum Encap {
  /** As they are. Every node takes them so. */
  DIRECT("direct"),
  IPIP("ipip"),
  VXLAN("vxlan"),
  VXLAN_IPV6("vxlan-v6"),
  /** Datagrams of the forwarder; nodes of Calico's do not know them. */
  UDP("udp");

  private final String word;

  Encap(String word) {
    this.word = word;
  }

  /** The VXLAN that carries packets of a family. */
  public static Encap vxlan(Family family) {
    return switch (family) {
      case IPV4 -> VXLAN;
      case IPV6 -> VXLAN_IPV6;
    };
  }

  /** Those that the words of an annotation name; what nobody here knows is left out. */
  public static Set<Encap> ofWords(Collection<String> words) {
    var all = EnumSet.noneOf(Encap.class);
    for (Encap encap : values()) {
      if (words.contains(encap.word)) {
        all.add(encap);
      }
    }
    return all;
  }

  /** The words of an annotation, in one order. */
  public static String words(Collection<Encap> encaps) {
    return encaps.stream().sorted().map(encap -> encap.word).collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return word;
  }
}
