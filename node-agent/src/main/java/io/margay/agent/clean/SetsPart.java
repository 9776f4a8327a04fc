package io.margay.agent.clean;

import io.margay.foundation.reconcile.Target;
import io.margay.kernel.netfilter.Ipset;
import io.margay.policy.apply.IpsetTarget;
import io.margay.policy.render.SetName;
import io.margay.policy.render.SetSpec;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** Sets of addresses. */
final class SetsPart extends TargetPart<SetName, SetSpec> {
  private final Places places;

  SetsPart(Places places) {
    this.places = places;
  }

  @Override
  public String name() {
    return "ipset";
  }

  @Override
  Target<SetName, SetSpec> open() {
    return new IpsetTarget(new Ipset(places.launcher()));
  }

  @Override
  void close(Target<SetName, SetSpec> target) {}

  @Override
  Map<SetName, Item> items(Map<SetName, SetSpec> dump) {
    var items = new TreeMap<SetName, Item>(Comparator.comparing(SetName::text));
    dump.forEach((key, set) ->
        items.put(
            key,
            new Item(
                name(),
                key.text() + ", " + set.members().size() + " members",
                "its name is one of Calico's")));
    return items;
  }
}
