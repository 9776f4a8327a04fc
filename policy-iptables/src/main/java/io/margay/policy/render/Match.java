package io.margay.policy.render;

import io.margay.foundation.addr.Prefix;
import io.margay.policy.model.PortMatch;
import io.margay.policy.model.Protocol;
import java.util.List;
import java.util.stream.Collectors;

/** What a rule asks of a packet, as iptables' options. All must hold; none: every packet. */
record Match(String text) {
  static final Match ALL = new Match("");

  /** One end of a packet, by the names that iptables' options have for it. */
  enum End {
    SOURCE("source", "src"),
    DESTINATION("destination", "dst");

    private final String option;
    private final String set;

    End(String option, String set) {
      this.option = option;
      this.set = set;
    }
  }

  private Match and(String more) {
    return new Match(text + " " + more);
  }

  /** Everything that both ask. */
  Match and(Match other) {
    return new Match(text + other.text);
  }

  /** An interface by name; with {@code +} at the end: all that begin so. */
  Match in(String name) {
    return and("--in-interface " + name);
  }

  Match out(String name) {
    return and("--out-interface " + name);
  }

  Match protocol(Protocol protocol) {
    return and("-p " + protocol);
  }

  Match protocol(int number) {
    return and("-p " + number);
  }

  Match marked(long bit) {
    return and("-m mark --mark " + Hex.of(bit) + "/" + Hex.of(bit));
  }

  Match notMarked(long bit) {
    return and("-m mark --mark 0/" + Hex.of(bit));
  }

  Match net(End end, Prefix net) {
    return and("--" + end.option + " " + net);
  }

  Match notNet(End end, Prefix net) {
    return and("! --" + end.option + " " + net);
  }

  /** The packet's address at this end is in a set. */
  Match inSet(End end, SetName set) {
    return and("-m set --match-set " + set + " " + end.set);
  }

  Match notInSet(End end, SetName set) {
    return and("-m set ! --match-set " + set + " " + end.set);
  }

  /** The packet's address and port at this end are in a set of such pairs. */
  Match pairInSet(End end, SetName set) {
    return and("-m set --match-set " + set + " " + end.set + "," + end.set);
  }

  /** One of these ports, up to 15 of them, a range counting for two; needs a protocol before it. */
  Match ports(End end, List<PortMatch.Range> ports) {
    String list = ports.stream().map(PortMatch.Range::toString).collect(Collectors.joining(","));
    return and("-m multiport --" + end.option + "-ports " + list);
  }

  Match port(End end, int port) {
    return ports(end, List.of(new PortMatch.Range(port, port)));
  }

  Match connectionState(String states) {
    return and("-m conntrack --ctstate " + states);
  }

  /** The address at this end is one of the node's own. */
  Match local(End end) {
    return and("-m addrtype --" + end.set + "-type LOCAL");
  }

  /** The source is no address of the interface that the packet leaves by. */
  Match sourceNotOfInterface() {
    return and("-m addrtype ! --src-type LOCAL --limit-iface-out");
  }

  /** The packet's source is not reached by the interface that it came in. */
  Match fromWrongWay() {
    return and("-m rpfilter --validmark --invert");
  }

  Match icmp6Type(int type) {
    return and("-p 58 -m icmp6 --icmpv6-type " + type);
  }

  /** Numbers of mark bits. */
  static final class Hex {
    private Hex() {}

    static String of(long bits) {
      return bits == 0 ? "0" : "0x" + Long.toHexString(bits);
    }
  }
}
