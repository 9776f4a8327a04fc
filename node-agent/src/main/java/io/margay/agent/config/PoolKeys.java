package io.margay.agent.config;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variables of the pool that is made for a family.
 *
 * @param ipip empty for IPv6, which has none
 */
record PoolKeys(
    Key<Optional<Prefix>> cidr,
    Key<Integer> blockSize,
    Optional<Key<TunnelMode>> ipip,
    Key<TunnelMode> vxlan,
    Key<Boolean> natOutgoing,
    Key<String> nodeSelector,
    Key<Boolean> disableBgpExport) {

  static final PoolKeys IPV4 = of(Family.IPV4);
  static final PoolKeys IPV6 = of(Family.IPV6);

  private static PoolKeys of(Family family) {
    boolean four = family == Family.IPV4;
    String begin = four ? "CALICO_IPV4POOL_" : "CALICO_IPV6POOL_";
    return new PoolKeys(
        Key.cidrOrNone(
            begin + "CIDR",
            family,
            four ? "10.244.0.0/16" : "fd00:10:244::/64",
            "Range of "
                + (four
                    ? "default-ipv4-ippool, made when there is no pool of IPv4; Calico's own"
                        + " default is 192.168.0.0/16."
                    : "default-ipv6-ippool, made when there is no pool of IPv6; Calico's own"
                        + " default is a range by chance.")),
        Key.integer(
            begin + "BLOCK_SIZE",
            four ? 26 : 122,
            four ? 20 : 116,
            family.bits(),
            "Prefix length of its blocks."),
        four
            ? Optional.of(Key.choice(begin + "IPIP", "Never", modes(), "Its ipipMode."))
            : Optional.empty(),
        Key.choice(begin + "VXLAN", "Never", modes(), "Its vxlanMode."),
        Key.flag(begin + "NAT_OUTGOING", four, "Its natOutgoing."),
        Key.text(begin + "NODE_SELECTOR", "all()", "Its nodeSelector."),
        Key.flag(begin + "DISABLE_BGP_EXPORT", false, "Its disableBGPExport."));
  }

  /** In the order of the documentation. */
  List<Key<?>> all() {
    var all = new ArrayList<Key<?>>(List.of(cidr, blockSize));
    ipip.ifPresent(all::add);
    all.addAll(List.of(vxlan, natOutgoing, nodeSelector, disableBgpExport));
    return List.copyOf(all);
  }

  private static Map<String, TunnelMode> modes() {
    var words = new LinkedHashMap<String, TunnelMode>();
    words.put("Never", TunnelMode.NEVER);
    words.put("off", TunnelMode.NEVER);
    words.put("Always", TunnelMode.ALWAYS);
    words.put("CrossSubnet", TunnelMode.CROSS_SUBNET);
    words.put("cross-subnet", TunnelMode.CROSS_SUBNET);
    return words;
  }
}
