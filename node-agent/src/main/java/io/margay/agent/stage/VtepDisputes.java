package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.tunnel.plan.Vtep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Ends of VXLANs of which two nodes have the same: one of them alone can be reached. */
final class VtepDisputes {
  private VtepDisputes() {}

  /** A line for each; none in a sound cluster. */
  static List<String> of(NodeEnds ends) {
    var lines = new ArrayList<String>();
    for (Family family : Family.values()) {
      List<Vtep> vteps =
          ends.vteps(family).stream().sorted(Comparator.comparing(Vtep::node)).toList();
      add(vteps, "VXLAN tunnel address", Vtep::tunnelAddress, lines);
      add(vteps, "VXLAN MAC address", Vtep::mac, lines);
    }
    return lines;
  }

  private static <T> void add(
      List<Vtep> vteps, String what, Function<Vtep, T> value, List<String> lines) {
    Map<T, Vtep> first = new HashMap<>();
    for (Vtep vtep : vteps) {
      T has = value.apply(vtep);
      @Nullable Vtep before = first.putIfAbsent(has, vtep);
      if (before != null) {
        lines.add(
            "Nodes \""
                + before.node()
                + "\" and \""
                + vtep.node()
                + "\" both have the "
                + what
                + " "
                + has
                + ". Packets for it go to "
                + before.node()
                + ", the first by name, until the annotation of one of them is removed: its agent"
                + " writes another one.");
      }
    }
  }
}
