package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * An ipset.
 *
 * @param type {@link #NETS} or {@link #ADDRESSES_AND_PORTS}; whatever it is when it was read
 * @param maxElements beyond these the kernel takes no more
 * @param members as ipset prints them: an address without its full length, {@code 10.0.0.1,tcp:80};
 *     not to be changed
 */
public record SetSpec(String type, Family family, int maxElements, Set<String> members)
    implements Rendered {
  /** Addresses and networks. */
  public static final String NETS = "hash:net";

  /** Pairs of an address and a port with its protocol. */
  public static final String ADDRESSES_AND_PORTS = "hash:ip,port";

  /** The same kind of set with other members. */
  public SetSpec with(Set<String> others) {
    return new SetSpec(type, family, maxElements, others);
  }

  /** Whether this could become the other by adding and deleting members. */
  public boolean isLike(SetSpec other) {
    return type.equals(other.type) && family == other.family && maxElements == other.maxElements;
  }

  /** A set of the networks of its family. */
  static SetSpec nets(Family family, int maxElements, Collection<Prefix> nets) {
    var members = new LinkedHashSet<String>();
    nets.stream()
        .filter(net -> net.family() == family)
        .sorted()
        .forEach(net -> members.addAll(entries(net)));
    return new SetSpec(NETS, family, maxElements, members);
  }

  /** A hash:net knows no /0: two halves of it instead. */
  private static Collection<String> entries(Prefix net) {
    if (net.isHost()) {
      return Set.of(net.address().toString());
    }
    if (net.length() > 0) {
      return Set.of(net.toString());
    }
    return net.family() == Family.IPV4
        ? Set.of("0.0.0.0/1", "128.0.0.0/1")
        : Set.of("::/1", "8000::/1");
  }
}
