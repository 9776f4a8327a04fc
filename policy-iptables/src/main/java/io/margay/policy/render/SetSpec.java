package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * An ipset.
 *
 * @param maxElements beyond these the kernel takes no more
 * @param members as ipset prints them: an address without its full length, {@code 10.0.0.1,tcp:80};
 *     not to be changed
 */
public record SetSpec(Type type, Family family, int maxElements, Set<String> members)
    implements Rendered {

  /** The kinds of sets that we use. */
  public enum Type {
    NETS("hash:net"),
    ADDRESSES_AND_PORTS("hash:ip,port");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** A set of the networks of its family. */
  static SetSpec nets(Family family, int maxElements, Collection<Prefix> nets) {
    var members = new LinkedHashSet<String>();
    nets.stream()
        .filter(net -> net.family() == family)
        .sorted()
        .forEach(net -> members.addAll(entries(net)));
    return new SetSpec(Type.NETS, family, maxElements, members);
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
