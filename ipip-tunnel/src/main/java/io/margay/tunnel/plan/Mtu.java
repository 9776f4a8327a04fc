package io.margay.tunnel.plan;

import io.margay.foundation.addr.Family;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** MTUs as Felix finds them (calculated from the uplinks, or set by configuration). */
public final class Mtu {
  /** Felix's {@code mtuIfacePattern} unless configured. */
  public static final Pattern DEFAULT_UPLINKS =
      Pattern.compile("^((en|wl|ww|sl|ib)[Pcopsvx].*|(eth|wlan|wwan).*)");

  /** What Felix takes for the host's when no link matches. */
  public static final int FALLBACK = 1460;

  /** What the outer header of an IPIP packet takes. */
  public static final int IPIP_OVERHEAD = 20;

  /** What the outer headers of UDP encapsulation take. */
  public static final int UDP_OVERHEAD = 28;

  /** What the outer headers of VXLAN over IPv4 take. */
  public static final int VXLAN_OVERHEAD = 50;

  /** What they take over IPv6. */
  public static final int VXLAN_IPV6_OVERHEAD = 70;

  private Mtu() {}

  /** A link as far as MTU detection looks at it; {@code up} is its operational state. */
  public record Uplink(String name, int mtu, boolean up) {}

  /** Of the links that are up and match the one with the smallest MTU; the first by name. */
  public static Optional<Uplink> smallest(Collection<Uplink> links, Pattern pattern) {
    return links.stream()
        .filter(link -> link.up() && pattern.matcher(link.name()).find())
        .min(Comparator.comparingInt(Uplink::mtu).thenComparing(Uplink::name));
  }

  /**
   * The MTU of tunl0.
   *
   * @param configured {@code ipipMTU}; zero or empty means: from the host's
   */
  public static int ofIpip(int host, OptionalInt configured) {
    return configured.orElse(0) > 0 ? configured.getAsInt() : host - IPIP_OVERHEAD;
  }

  /** The MTU of the device of UDP encapsulation. */
  public static int ofUdp(int host) {
    return host - UDP_OVERHEAD;
  }

  /**
   * The MTU of the VXLAN device of a family.
   *
   * @param configured {@code vxlanMTU} or {@code vxlanMTUV6}; zero means: from the host's
   */
  public static int ofVxlan(int host, Family family, int configured) {
    int overhead = family == Family.IPV4 ? VXLAN_OVERHEAD : VXLAN_IPV6_OVERHEAD;
    return configured > 0 ? configured : host - overhead;
  }

  /** The MTU of pods: the smallest of the tunnels in use, the host's when there is none. */
  public static int ofPods(int host, Collection<Integer> tunnels) {
    return tunnels.stream().mapToInt(Integer::intValue).filter(mtu -> mtu > 0).min().orElse(host);
  }
}
