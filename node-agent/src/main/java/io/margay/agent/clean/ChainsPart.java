package io.margay.agent.clean;

import io.margay.foundation.addr.Family;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.netfilter.Xtables;
import io.margay.kernel.netfilter.Xtables.Backend;
import io.margay.kernel.process.ProgramException;
import io.margay.policy.apply.IptablesTarget;
import io.margay.policy.render.Chain;
import io.margay.policy.render.ChainKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Chains of ours, and our rules in the kernel's chains, of one back end and family. */
final class ChainsPart extends TargetPart<ChainKey, Chain> {
  private final Xtables xtables;

  private ChainsPart(Xtables xtables) {
    this.xtables = xtables;
  }

  /** Of both back ends: an agent of before may have worked in the other. */
  static List<Part> all(Places places) {
    var parts = new ArrayList<Part>();
    for (Backend backend : Backend.values()) {
      for (Family family : Family.values()) {
        parts.add(new ChainsPart(new Xtables(backend, family, places.launcher())));
      }
    }
    return parts;
  }

  @Override
  public String name() {
    return "chain";
  }

  @Override
  public List<Item> find() {
    try {
      return super.find();
    } catch (ProgramException e) {
      // Where its programs or its tables are not there, nothing of ours is in them.
      return List.of();
    }
  }

  @Override
  Target<ChainKey, Chain> open() {
    return new IptablesTarget(xtables);
  }

  @Override
  void close(Target<ChainKey, Chain> target) {
    if (target instanceof IptablesTarget tables) {
      tables.close();
    }
  }

  @Override
  Map<ChainKey, Item> items(Map<ChainKey, Chain> dump) {
    var items = new TreeMap<ChainKey, Item>();
    dump.forEach((key, chain) -> items.put(key, key.isKernel() ? hook(key, chain) : chain(key)));
    return items;
  }

  private Item hook(ChainKey key, Chain chain) {
    int rules = chain.rules().size();
    return new Item(
        "rule",
        rules + " in " + key + ", " + xtables.backend(),
        "carries our comment, or leads to a chain of ours");
  }

  private Item chain(ChainKey key) {
    return new Item(name(), key + ", " + xtables.backend(), "its name is one of Calico's");
  }
}
