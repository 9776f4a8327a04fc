package io.margay.agent.clean;

import io.margay.foundation.addr.Family;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.netlink.Ack;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.RuleEntry;
import io.margay.kernel.rtnl.RuleRequest;
import io.margay.route.fib.Ownership;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Policy rules (ip rule) with our protocol. */
final class RulesPart implements Part {
  private final Places places;
  private final Map<Item, RuleEntry> found = new LinkedHashMap<>();

  RulesPart(Places places) {
    this.places = places;
  }

  @Override
  public String name() {
    return "ip rule";
  }

  @Override
  public List<Item> find() {
    try (Rtnl rtnl = places.rtnl().get()) {
      for (Family family : Family.values()) {
        for (RuleEntry rule : rtnl.rules(family).entries()) {
          if (rule.protocol() == Ownership.CLUSTER_PROTOCOL) {
            found.put(new Item(name(), family + " " + rule, "protocol 80 is ours"), rule);
          }
        }
      }
    }
    return List.copyOf(found.keySet());
  }

  @Override
  public Map<Item, String> remove() {
    var stay = new LinkedHashMap<Item, String>();
    try (Rtnl rtnl = places.rtnl().get()) {
      found.forEach((item, rule) -> {
        Ack ack = rtnl.apply(new RuleRequest.Delete(rule));
        if (!ack.isOk() && !ack.is(Errno.ENOENT)) {
          stay.put(item, ack.toString());
        }
      });
    }
    return stay;
  }
}
