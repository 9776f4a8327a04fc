package io.margay.agent.clean;

import io.margay.kernel.libc.KernelException;
import io.margay.kernel.process.ProgramException;
import io.margay.tunnel.control.ForwarderException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks at all parts first, and then takes them away in their order. */
final class Cleanup {
  private final List<Part> parts;

  Cleanup(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * The parts of a node, in an order in which each can go: no new pods, then what speaks of
   * devices, then the devices, and files at last.
   *
   * @param pods pods' interfaces go as well, and the routes to them
   */
  static Cleanup of(Places places, boolean pods) {
    var parts = new ArrayList<Part>();
    parts.add(FilesPart.cniConfiguration(places));
    parts.add(new ForwarderPart(places));
    parts.addAll(ChainsPart.all(places));
    parts.add(new SetsPart(places));
    parts.add(new RoutesPart(places, pods));
    parts.add(new RulesPart(places));
    parts.add(new DevicesPart(places, pods));
    parts.add(FilesPart.cniBinaries(places));
    parts.add(FilesPart.ofAgent(places));
    return new Cleanup(parts);
  }

  /**
   * What became of a thing.
   *
   * @param stays why it is still there; empty when it is gone, or was only looked at
   */
  record Outcome(Item item, String stays) {}

  /** All that was found, in the order in which it goes. What cannot be read stands there too. */
  List<Outcome> run(boolean dryRun) {
    var found = new LinkedHashMap<Part, List<Item>>();
    var outcomes = new ArrayList<Outcome>();
    for (Part part : parts) {
      try {
        found.put(part, part.find());
      } catch (KernelException | ProgramException | ForwarderException | UncheckedIOException e) {
        outcomes.add(new Outcome(new Item(part.name(), "-", "cannot be looked at"), words(e)));
      }
    }
    found.forEach((part, items) -> outcomes.addAll(dryRun ? listed(items) : removed(part, items)));
    return outcomes;
  }

  private static List<Outcome> listed(List<Item> items) {
    return items.stream().map(item -> new Outcome(item, "")).toList();
  }

  private static List<Outcome> removed(Part part, List<Item> items) {
    if (items.isEmpty()) {
      return List.of();
    }
    try {
      Map<Item, String> stay = part.remove();
      return items.stream().map(item -> new Outcome(item, stay.getOrDefault(item, ""))).toList();
    } catch (KernelException | ProgramException | ForwarderException e) {
      return items.stream().map(item -> new Outcome(item, words(e))).toList();
    }
  }

  private static String words(RuntimeException e) {
    return String.valueOf(e.getMessage()).strip();
  }
}
